package dev.parley.chat.ollama;

import dev.parley.chat.Part;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a chat as turns. Ollama's tool calls and results may lack ids: calls then get one by their place, and a result belongs
 * to the first call still unanswered of the tool it names. For one use.
 */
final class ChatTurns {
    private final List<Part.ToolUse> unanswered = new ArrayList<>();
    private int calls;

    List<Turn> read(List<JsonView> messages) {
        List<Turn> turns = new ArrayList<>();
        for (JsonView message : messages) {
            turns.add(turn(message));
        }
        return turns;
    }

    private Turn turn(JsonView message) {
        JsonView role = message.need("role");
        return switch (role.string().toLowerCase(Locale.ROOT)) {
            case "system" -> new Turn(Turn.Role.SYSTEM, words(message));
            case "developer" -> new Turn(Turn.Role.DEVELOPER, words(message));
            case "user" -> new Turn(Turn.Role.USER, words(message));
            case "assistant" -> new Turn(Turn.Role.ASSISTANT, assistant(message));
            case "tool" -> new Turn(Turn.Role.TOOL, List.of(result(message)));
            default ->
                throw role.fault("'" + role.path() + "' is '" + role.string()
                        + "'; it must be system, user, assistant or tool.");
        };
    }

    private static List<Part> words(JsonView message) {
        List<Part> parts = new ArrayList<>();
        String content = message.string("content", "");
        if (!content.isEmpty()) {
            parts.add(new Part.Text(content));
        }
        parts.addAll(images(message));
        return parts;
    }

    private List<Part> assistant(JsonView message) {
        List<Part> parts = new ArrayList<>();
        String thinking = message.string("thinking", "");
        if (!thinking.isEmpty()) {
            parts.add(new Part.Reasoning(thinking, ""));
        }
        parts.addAll(words(message));
        for (JsonView call : message.items("tool_calls")) {
            Part.ToolUse use = call(call);
            unanswered.add(use);
            parts.add(use);
        }
        return parts;
    }

    private Part.ToolUse call(JsonView call) {
        JsonView function = call.need("function");
        String arguments = function.get("arguments")
                .map(value -> value.isString() ? value.string() : value.toString())
                .orElse("{}");
        String id = call.string("id", "");
        String given = id.isEmpty() ? "call_" + calls : id;
        calls++;
        return new Part.ToolUse(given, function.need("name").string(), arguments);
    }

    private Part result(JsonView message) {
        String id = message.string("tool_call_id", "");
        String name = message.string("tool_name", message.string("name", ""));
        Part.ToolUse answered = answered(id, name);
        if (answered != null) {
            unanswered.remove(answered);
        }
        String shown = id.isEmpty() && answered != null ? answered.id() : id;
        if (shown.isEmpty()) {
            throw message.fault("'" + message.path() + "' answers no tool call; say tool_name or tool_call_id of one.");
        }
        return new Part.ToolResult(shown, words(message), false, Map.of());
    }

    private Part.@Nullable ToolUse answered(String id, String name) {
        for (Part.ToolUse use : unanswered) {
            boolean byId = !id.isEmpty() && use.id().equals(id);
            boolean byName = id.isEmpty() && (name.isEmpty() || use.name().equals(name));
            if (byId || byName) {
                return use;
            }
        }
        return null;
    }

    /** The pictures beside a text: base64 without a type, which their first bytes tell. */
    static List<Part> images(JsonView holder) {
        List<Part> images = new ArrayList<>();
        for (JsonView image : holder.items("images")) {
            String base64 = image.string();
            Part.Media media =
                    new Part.Media.Url(base64).inline().orElseGet(() -> new Part.Media.Inline(type(base64), base64));
            images.add(new Part.Image(media, "", Map.of()));
        }
        return images;
    }

    private static String type(String base64) {
        if (base64.startsWith("iVBOR")) {
            return "image/png";
        } else if (base64.startsWith("R0lGOD")) {
            return "image/gif";
        } else if (base64.startsWith("UklGR")) {
            return "image/webp";
        }
        return "image/jpeg";
    }
}
