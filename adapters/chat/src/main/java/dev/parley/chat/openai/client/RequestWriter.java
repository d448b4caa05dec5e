package dev.parley.chat.openai.client;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Conversation;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.json.JsonOut;
import java.util.Set;
import java.util.function.Predicate;

/** Writes a conversation of another protocol as a chat completion request (wire-contract section 11). */
final class RequestWriter {
    /** Members of our sister protocols that chat completions know too. */
    private static final Set<String> SHARED = Set.of(
            "verbosity", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "store", "modalities");

    private final BackendCall call;
    private final Conversation conversation;
    private final JsonOut out = new JsonOut(1024);

    RequestWriter(BackendCall call) {
        this.call = call;
        this.conversation = call.request().conversation();
    }

    byte[] write() {
        out.object().member("model", call.model().upstreamModel());
        out.array("messages");
        MessageWriter messages = new MessageWriter(out, call.warnings());
        conversation.turns().forEach(messages::turn);
        out.endArray();
        tools();
        choice();
        format();
        new SettingsWriter(call, out).write();
        extras();
        out.member("stream", call.stream());
        if (call.stream()) {
            out.object("stream_options").member("include_usage", true).endObject();
        }
        return out.endObject().bytes();
    }

    private void tools() {
        if (conversation.tools().isEmpty()) {
            return;
        }
        out.array("tools");
        for (Tool tool : conversation.tools()) {
            switch (tool) {
                case Tool.Function function -> function(function);
                case Tool.Foreign foreign -> foreign(foreign);
            }
        }
        out.endArray();
    }

    private void function(Tool.Function function) {
        out.object().member("type", "function").object("function").member("name", function.name());
        if (!function.description().isEmpty()) {
            out.member("description", function.description());
        }
        out.member("parameters", function.parameters());
        if (function.strict()) {
            out.member("strict", true);
        }
        out.endObject().endObject();
    }

    private void foreign(Tool.Foreign foreign) {
        if (foreign.protocol() != Protocol.OPENAI_CHAT) {
            throw ChatFailure.badRequest(
                    "tools",
                    "The tool '" + foreign.name() + "' of type '" + foreign.type()
                            + "' is not possible with this model; offer function tools only.");
        }
        out.raw(foreign.json());
    }

    private void choice() {
        switch (conversation.toolChoice()) {
            case ToolChoice.Unset ignored -> {}
            case ToolChoice.Auto ignored -> choice("auto");
            case ToolChoice.None ignored -> choice("none");
            case ToolChoice.Required ignored -> choice("required");
            case ToolChoice.Named named ->
                out.object("tool_choice")
                        .member("type", "function")
                        .object("function")
                        .member("name", named.tool())
                        .endObject()
                        .endObject();
        }
    }

    /** Only with tools, as OpenAI wants it. */
    private void choice(String word) {
        if (!conversation.tools().isEmpty()) {
            out.member("tool_choice", word);
        }
    }

    private void format() {
        switch (conversation.format()) {
            case OutputFormat.FreeText ignored -> {}
            case OutputFormat.JsonObject ignored ->
                out.object("response_format").member("type", "json_object").endObject();
            case OutputFormat.JsonSchema schema -> schema(schema);
        }
    }

    private void schema(OutputFormat.JsonSchema schema) {
        out.object("response_format").member("type", "json_schema").object("json_schema");
        out.member("name", schema.name().isEmpty() ? "answer" : schema.name());
        if (!schema.description().isEmpty()) {
            out.member("description", schema.description());
        }
        out.member("schema", schema.schema())
                .member("strict", schema.strict())
                .endObject()
                .endObject();
    }

    private void extras() {
        Predicate<String> known = switch (call.request().protocol()) {
            case OPENAI_CHAT -> name -> true;
            case OPENAI_RESPONSES, OPENAI_COMPLETIONS -> SHARED::contains;
            case ANTHROPIC_MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE -> name -> false;
        };
        conversation.extras().forEach((String name, RawJson value) -> {
            if (known.test(name)) {
                out.member(name, value);
            } else {
                call.warnings().accept(name + " dropped");
            }
        });
    }

    /** The JSON names of the settings in this protocol, as far as they keep their value. */
    static String name(Setting setting) {
        return switch (setting) {
            case MAX_OUTPUT_TOKENS -> "max_tokens";
            case TEMPERATURE -> "temperature";
            case TOP_P -> "top_p";
            case TOP_K -> "top_k";
            case MIN_P -> "min_p";
            case SEED -> "seed";
            case STOP -> "stop";
            case PRESENCE_PENALTY -> "presence_penalty";
            case FREQUENCY_PENALTY -> "frequency_penalty";
            case REPETITION_PENALTY -> "repetition_penalty";
            case LOGIT_BIAS -> "logit_bias";
            case CHOICES -> "n";
            case LOGPROBS -> "logprobs";
            case TOP_LOGPROBS -> "top_logprobs";
            case PARALLEL_TOOL_CALLS -> "parallel_tool_calls";
            case REASONING_EFFORT -> "reasoning_effort";
            case THINKING -> "thinking";
            case USER -> "user";
            case SERVICE_TIER -> "service_tier";
            case METADATA -> "metadata";
            case MOE -> "moe";
        };
    }
}
