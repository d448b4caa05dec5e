package dev.parley.chat.openai.responses;

import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.openai.ChatReader;
import dev.parley.chat.openai.RelayEdit;
import dev.parley.chat.openai.SettingsReader;
import dev.parley.chat.openai.ToolReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a responses request into neutral words (wire-contract section 9). A relay never comes here. */
final class ResponsesReader {
    private static final List<String> STATEFUL = List.of("previous_response_id", "conversation", "prompt");
    private static final Set<String> KNOWN = known();

    private ResponsesReader() {}

    static Conversation read(JsonBody body) {
        JsonView request = JsonView.of(body);
        refuseState(request);
        ToolReader tools = ToolReader.ofResponses(request);
        JsonView text = request.get("text").orElse(request);
        return new Conversation(
                InputReader.read(request),
                tools.tools(),
                tools.choice(),
                request.get("text")
                        .flatMap(t -> t.get("format"))
                        .map(ResponsesReader::format)
                        .orElseGet(OutputFormat.FreeText::new),
                settings(request),
                extras(request, text));
    }

    /** We keep no responses: what would need them is never ignored silently. */
    private static void refuseState(JsonView request) {
        for (String name : STATEFUL) {
            request.get(name).ifPresent(value -> {
                throw value.fault(
                        "'" + name + "' needs stored state, which this model's endpoint does not keep; send the "
                                + "whole input instead.");
            });
        }
        for (String name : List.of("store", "background")) {
            request.get(name).filter(JsonView::bool).ifPresent(value -> {
                throw value.fault("'" + name + ":true' is not possible with this model; set '" + name + "' to false.");
            });
        }
    }

    private static Map<Setting, RawJson> settings(JsonView request) {
        Map<Setting, RawJson> settings =
                SettingsReader.read(request, Set.of("metadata", "max_tokens", "max_completion_tokens", "logprobs"));
        request.get("max_output_tokens").ifPresent(limit -> {
            SettingsReader.whole(1, Integer.MAX_VALUE).accept(limit);
            settings.put(Setting.MAX_OUTPUT_TOKENS, limit.raw());
        });
        request.get("reasoning")
                .flatMap(reasoning -> reasoning.get("effort"))
                .ifPresent(effort -> settings.put(
                        Setting.REASONING_EFFORT,
                        new JsonOut().string(effort.string()).json()));
        if (includes(request, "message.output_text.logprobs")) {
            settings.put(Setting.LOGPROBS, new RawJson("true"));
        } else {
            settings.remove(Setting.TOP_LOGPROBS);
        }
        return settings;
    }

    private static boolean includes(JsonView request, String what) {
        return request.items("include").stream().anyMatch(item -> item.string().equals(what));
    }

    private static OutputFormat format(JsonView format) {
        String type = format.need("type").string();
        return switch (type) {
            case "text" -> new OutputFormat.FreeText();
            case "json_object" -> new OutputFormat.JsonObject();
            case "json_schema" -> ChatReader.schema(format);
            default ->
                throw format.need("type")
                        .fault("Invalid value: '" + type
                                + "'. Supported values are: 'text', 'json_object' and 'json_schema'.");
        };
    }

    private static Map<String, RawJson> extras(JsonView request, JsonView text) {
        Map<String, RawJson> extras = new HashMap<>(request.extras(KNOWN));
        text.get("verbosity").ifPresent(verbosity -> extras.put("verbosity", verbosity.raw()));
        return extras;
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(SettingsReader.names());
        known.addAll(RelayEdit.OURS);
        known.addAll(STATEFUL);
        known.addAll(Set.of("model", "input", "instructions", "stream", "stream_options", "tools", "tool_choice"));
        known.addAll(Set.of("text", "reasoning", "max_output_tokens", "store", "background", "include", "truncation"));
        return Set.copyOf(known);
    }
}
