package dev.parley.chat.ollama;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.json.JsonOut;
import java.util.Set;

/** Writes a conversation as a request to {@code /api/chat}. For one use. */
final class RequestWriter {
    /** Our own words of the request, understood before: nothing is lost by leaving them out. */
    private static final Set<String> OURS =
            Set.of(Common.GATEWAY, "models", "provider", "plugins", "transforms", "stream_options");

    private final BackendCall call;
    private final Conversation conversation;
    private final boolean sameFamily;
    private final JsonOut out = new JsonOut(2048);

    RequestWriter(BackendCall call) {
        this.call = call;
        this.conversation = call.request().conversation();
        this.sameFamily = switch (call.request().protocol()) {
            case OLLAMA_CHAT, OLLAMA_GENERATE -> true;
            case OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_COMPLETIONS, ANTHROPIC_MESSAGES -> false;
        };
    }

    JsonOut json() {
        out.object().member("model", call.model().upstreamModel());
        new MessagesWriter(call, out).write();
        tools();
        format();
        new OptionsWriter(call, sameFamily, out).write();
        extras();
        return out.member("stream", call.stream()).endObject();
    }

    /** Ollama cannot force a call; a call can be ruled out by offering none. */
    private void tools() {
        switch (conversation.toolChoice()) {
            case ToolChoice.Unset c -> writeTools();
            case ToolChoice.Auto c -> writeTools();
            case ToolChoice.None c -> {}
            case ToolChoice.Required c -> unforced();
            case ToolChoice.Named c -> unforced();
        }
    }

    private void unforced() {
        call.warnings().accept("tool_choice dropped");
        writeTools();
    }

    private void writeTools() {
        if (conversation.tools().isEmpty()) {
            return;
        }
        out.array("tools");
        for (Tool tool : conversation.tools()) {
            switch (tool) {
                case Tool.Function function -> function(function);
                case Tool.Foreign foreign ->
                    throw ChatFailure.badRequest(
                            "tools",
                            "The tool '" + foreign.name() + "' of type '" + foreign.type()
                                    + "' is not possible with this model; use tools of type function.");
            }
        }
        out.endArray();
    }

    private void function(Tool.Function tool) {
        out.object().member("type", "function").object("function").member("name", tool.name());
        if (!tool.description().isEmpty()) {
            out.member("description", tool.description());
        }
        out.member("parameters", tool.parameters()).endObject().endObject();
    }

    private void format() {
        switch (conversation.format()) {
            case OutputFormat.FreeText f -> {}
            case OutputFormat.JsonObject f -> out.member("format", "json");
            case OutputFormat.JsonSchema f -> out.member("format", f.schema());
        }
    }

    private void extras() {
        conversation.extras().forEach((name, value) -> {
            if (!sameFamily) {
                if (!OURS.contains(name)) {
                    call.warnings().accept(name + " dropped");
                }
            } else if (!name.startsWith(RequestReader.OPTIONS)) {
                out.member(name, value);
            }
        });
    }
}
