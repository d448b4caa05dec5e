package dev.parley.chat.openai;

import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.Turn;
import dev.parley.chat.Turn.Role;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code messages} into turns and sees that every tool call is answered before the talk goes on. */
final class MessageReader {
    private final List<Turn> turns = new ArrayList<>();
    private final Set<String> unanswered = new LinkedHashSet<>();

    private MessageReader() {}

    static List<Turn> read(JsonView messages) {
        List<JsonView> items = messages.items();
        if (items.isEmpty()) {
            throw messages.fault("Invalid 'messages': expected at least one message.");
        }
        MessageReader reader = new MessageReader();
        items.forEach(reader::message);
        reader.answered(items.getLast());
        return reader.turns;
    }

    private void message(JsonView message) {
        String role = message.need("role").string();
        if (!role.equals("tool") && !role.equals("function")) {
            answered(message);
        }
        String name = message.string("name", "");
        switch (role) {
            case "system" -> turns.add(new Turn(Role.SYSTEM, PartReader.content(message.need("content")), name));
            case "developer" -> turns.add(new Turn(Role.DEVELOPER, PartReader.content(message.need("content")), name));
            case "user" -> turns.add(new Turn(Role.USER, PartReader.content(message.need("content")), name));
            case "assistant" -> turns.add(new Turn(Role.ASSISTANT, assistant(message), name));
            case "tool" -> tool(message);
            case "function" -> function(message);
            default ->
                throw message.need("role")
                        .fault("Invalid value: '" + role + "'. Supported values are: 'system', 'developer', 'user', "
                                + "'assistant', 'tool' and 'function'.");
        }
    }

    private List<Part> assistant(JsonView message) {
        List<Part> parts = new ArrayList<>(reasoning(message));
        message.get("content").ifPresent(content -> parts.addAll(PartReader.content(content)));
        message.get("refusal").ifPresent(refusal -> parts.add(new Part.Refusal(refusal.string())));
        for (JsonView call : message.items("tool_calls")) {
            parts.add(call(call));
        }
        message.get("function_call").ifPresent(call -> {
            String name = call.need("name").string();
            parts.add(new Part.ToolUse(name, name, call.string("arguments", "")));
        });
        message.get("audio")
                .ifPresent(audio -> parts.add(new Part.Foreign(Protocol.OPENAI_CHAT, "audio", audio.raw())));
        return parts;
    }

    /** A signature, kept in OpenRouter's {@code reasoning_details}, lets a later turn prove the reasoning to Anthropic. */
    private static List<Part> reasoning(JsonView message) {
        StringBuilder text = new StringBuilder();
        String signature = "";
        List<Part> parts = new ArrayList<>();
        for (JsonView detail : message.items("reasoning_details")) {
            text.append(detail.string("text", ""));
            signature = detail.string("signature", signature);
            if (detail.string("type", "").equals("reasoning.encrypted")) {
                parts.add(new Part.RedactedReasoning(detail.string("data", "")));
            }
        }
        String plain = message.string("reasoning_content", message.string("reasoning", ""));
        String whole = text.isEmpty() ? plain : text.toString();
        if (!whole.isEmpty() || !signature.isEmpty()) {
            parts.addFirst(new Part.Reasoning(whole, signature));
        }
        return parts;
    }

    private Part call(JsonView call) {
        String id = call.need("id").string();
        unanswered.add(id);
        String type = call.string("type", "function");
        if (!type.equals("function")) {
            return new Part.Foreign(Protocol.OPENAI_CHAT, type, call.raw());
        }
        JsonView function = call.need("function");
        return new Part.ToolUse(id, function.need("name").string(), function.string("arguments", ""));
    }

    private void tool(JsonView message) {
        JsonView id = message.need("tool_call_id");
        if (!unanswered.remove(id.string())) {
            throw id.fault("Messages with role 'tool' must answer a preceding assistant message's 'tool_calls'; '"
                    + id.string() + "' is none of them or is answered twice.");
        }
        result(message, id.string());
    }

    private void function(JsonView message) {
        result(message, message.need("name").string());
    }

    /** Answers to the calls of one assistant message are one turn. */
    private void result(JsonView message, String id) {
        Part result = new Part.ToolResult(id, PartReader.content(message.need("content")), false, Map.of());
        if (!turns.isEmpty() && turns.getLast().role() == Role.TOOL) {
            List<Part> all = new ArrayList<>(turns.removeLast().parts());
            all.add(result);
            turns.add(new Turn(Role.TOOL, all));
        } else {
            turns.add(new Turn(Role.TOOL, List.of(result)));
        }
    }

    private void answered(JsonView before) {
        if (!unanswered.isEmpty()) {
            throw before.fault("An assistant message with 'tool_calls' must be followed by tool messages responding to "
                    + "each 'tool_call_id'. These have no response: " + String.join(", ", unanswered) + ".");
        }
    }
}
