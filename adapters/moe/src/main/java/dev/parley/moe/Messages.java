package dev.parley.moe;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.moe.engine.constrain.JsonForm;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the turns of a call. What the engine cannot do is refused by name; what does not change the answer is dropped with a warning. */
final class Messages {
    private final BackendCall call;
    private final Conversation conversation;

    Messages(BackendCall call) {
        this.call = call;
        this.conversation = call.request().conversation();
    }

    List<ChatMessage> read() {
        refuseTools();
        warnOfTheRest();
        if (conversation.turns().isEmpty()) {
            throw ChatFailure.badRequest("messages", "messages is empty: give at least one user message.");
        }
        int from = call.model().singleTurn() ? conversation.lastQuestion() : 0;
        List<ChatMessage> messages = new ArrayList<>();
        int leftOut = 0;
        for (int i = 0; i < conversation.turns().size(); i++) {
            Turn turn = conversation.turns().get(i);
            if (i >= from || turn.instructs()) {
                messages.add(new ChatMessage(role(turn.role(), i), text(turn, i)));
            } else {
                leftOut++;
            }
        }
        if (leftOut > 0) {
            call.warnings()
                    .accept(leftOut + (leftOut == 1 ? " earlier message" : " earlier messages") + " left out: " + name()
                            + " reads the last question alone");
        }
        return messages;
    }

    private void refuseTools() {
        if (conversation.tools().isEmpty()) {
            return;
        }
        if (conversation.toolChoice() instanceof ToolChoice.None) {
            call.warnings().accept("tools dropped: " + name() + " cannot call any");
            return;
        }
        throw cannot("tools", "call tools");
    }

    /** What JSON the answer must be. */
    Optional<JsonForm.Document> form() {
        return switch (conversation.format()) {
            case OutputFormat.FreeText t -> Optional.empty();
            case OutputFormat.JsonObject j -> Optional.of(new JsonForm.Document(JsonForm.OBJECT, Map.of()));
            case OutputFormat.JsonSchema s ->
                Optional.of(SchemaReader.read(s.schema(), schemaMember(), call.warnings()));
        };
    }

    private String schemaMember() {
        return switch (call.request().protocol()) {
            case OPENAI_CHAT, OPENAI_COMPLETIONS -> "response_format.json_schema.schema";
            case OPENAI_RESPONSES -> "text.format.schema";
            case ANTHROPIC_MESSAGES -> "output_config.format.schema";
            case OLLAMA_CHAT, OLLAMA_GENERATE -> "format";
        };
    }

    private void warnOfTheRest() {
        for (Setting setting : List.of(Setting.REASONING_EFFORT, Setting.THINKING)) {
            if (conversation.settings().containsKey(setting)) {
                call.warnings().accept(Settings.member(setting) + " dropped: " + name() + " does not reason");
            }
        }
        conversation.extras().keySet().stream()
                .sorted()
                .forEach(extra -> call.warnings().accept(extra + " dropped: the local engine does not know it"));
    }

    private static ChatMessage.Role role(Turn.Role role, int i) {
        return switch (role) {
            case SYSTEM, DEVELOPER -> ChatMessage.Role.SYSTEM;
            case USER -> ChatMessage.Role.USER;
            case ASSISTANT -> ChatMessage.Role.ASSISTANT;
            case TOOL ->
                throw ChatFailure.badRequest(
                        "messages[" + i + "].role", "The local models know no tool messages; leave it out.");
        };
    }

    private String text(Turn turn, int i) {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < turn.parts().size(); j++) {
            String part = text(turn.parts().get(j), "messages[" + i + "].content[" + j + "]");
            text.append(text.isEmpty() || part.isEmpty() ? "" : "\n").append(part);
        }
        return text.toString();
    }

    private String text(Part part, String place) {
        return switch (part) {
            case Part.Text t -> t.text();
            case Part.Refusal r -> r.text();
            case Part.Image p -> throw cannot(place, "see images");
            case Part.Document d -> throw cannot(place, "read documents");
            case Part.Audio a -> throw cannot(place, "hear audio");
            case Part.ToolUse u -> throw cannot(place, "call tools");
            case Part.ToolResult r -> throw cannot(place, "call tools");
            case Part.Reasoning r -> dropped("reasoning");
            case Part.RedactedReasoning r -> dropped("reasoning");
            case Part.Foreign f -> dropped(f.type());
        };
    }

    private String dropped(String what) {
        call.warnings().accept(what + " dropped: " + name() + " reads text only");
        return "";
    }

    private ChatFailure cannot(String member, String what) {
        return ChatFailure.badRequest(
                member, member + ": " + name() + " cannot " + what + ". Leave it out, or choose a model that can.");
    }

    private String name() {
        return call.model().upstreamModel();
    }
}
