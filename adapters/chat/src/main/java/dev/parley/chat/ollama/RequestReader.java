package dev.parley.chat.ollama;

import dev.parley.chat.Conversation;
import dev.parley.chat.ExpertAsk;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All of a request but its turns in neutral words. For one use. */
final class RequestReader {
    /** Prefix of options that have no neutral word, such as {@code options.num_ctx}. */
    static final String OPTIONS = "options.";

    private static final RawJson NO_PARAMETERS = new RawJson("{\"type\":\"object\",\"properties\":{}}");
    private static final Set<String> KNOWN = Set.of(
            "model",
            "messages",
            "prompt",
            "suffix",
            "system",
            "template",
            "context",
            "raw",
            "images",
            "stream",
            "format",
            "options",
            "tools",
            "think",
            "keep_alive",
            "logprobs",
            "top_logprobs",
            ExpertAsk.MEMBER);

    private final JsonView root;
    private final Map<Setting, RawJson> settings = new EnumMap<>(Setting.class);
    private final Map<String, RawJson> extras = new LinkedHashMap<>();

    RequestReader(JsonView root) {
        this.root = root;
    }

    Conversation conversation(List<Turn> turns) {
        root.get("options").ifPresent(options -> options.members().forEach(this::option));
        think();
        if (root.flag("logprobs")) {
            settings.put(Setting.LOGPROBS, new RawJson("true"));
            root.get("top_logprobs").ifPresent(top -> settings.put(Setting.TOP_LOGPROBS, whole(top)));
        }
        root.get(ExpertAsk.MEMBER).ifPresent(moe -> {
            ExpertJson.ask(moe);
            settings.put(Setting.MOE, moe.raw());
        });
        extras.putAll(root.extras(KNOWN));
        Common.OURS.forEach(extras::remove);
        List<Tool> tools = root.items("tools").stream().map(RequestReader::tool).toList();
        return new Conversation(turns, tools, new ToolChoice.Unset(), format(), settings, extras);
    }

    private void option(String name, JsonView value) {
        if (value.isNull()) {
            return;
        }
        switch (name) {
            case "num_predict" -> {
                if (value.number() > 0) {
                    settings.put(Setting.MAX_OUTPUT_TOKENS, whole(value));
                }
            }
            case "temperature" -> number(Setting.TEMPERATURE, value);
            case "top_p" -> number(Setting.TOP_P, value);
            case "min_p" -> number(Setting.MIN_P, value);
            case "presence_penalty" -> number(Setting.PRESENCE_PENALTY, value);
            case "frequency_penalty" -> number(Setting.FREQUENCY_PENALTY, value);
            case "repeat_penalty" -> number(Setting.REPETITION_PENALTY, value);
            case "top_k" -> settings.put(Setting.TOP_K, whole(value));
            case "seed" -> settings.put(Setting.SEED, whole(value));
            case "stop" -> stop(value);
            default -> extras.put(OPTIONS + name, value.raw());
        }
    }

    private void number(Setting setting, JsonView value) {
        if (!(value.number()
                >= (setting == Setting.PRESENCE_PENALTY || setting == Setting.FREQUENCY_PENALTY ? -2 : 0))) {
            throw value.fault("'" + value.path() + "' is too low.");
        }
        settings.put(setting, value.raw());
    }

    /** Ollama takes {@code 42.0} for a whole number. */
    private static RawJson whole(JsonView value) {
        return new RawJson(Long.toString((long) value.number()));
    }

    private void stop(JsonView value) {
        if (value.isString()) {
            settings.put(Setting.STOP, value.raw());
            return;
        }
        List<JsonView> items = value.items();
        items.forEach(JsonView::string);
        if (!items.isEmpty()) {
            settings.put(Setting.STOP, value.raw());
        }
    }

    /** A level is an effort; a plain yes or no is written as other protocols write theirs. */
    private void think() {
        root.get("think").ifPresent(think -> {
            if (think.isString()) {
                settings.put(Setting.REASONING_EFFORT, think.raw());
            } else {
                String type = think.bool() ? "enabled" : "disabled";
                settings.put(Setting.THINKING, new RawJson("{\"type\":\"" + type + "\"}"));
            }
        });
    }

    private OutputFormat format() {
        JsonView format = root.get("format").orElse(null);
        if (format == null) {
            return new OutputFormat.FreeText();
        }
        if (format.isObject()) {
            return new OutputFormat.JsonSchema("", "", format.raw(), true);
        }
        return switch (format.string()) {
            case "" -> new OutputFormat.FreeText();
            case "json" -> new OutputFormat.JsonObject();
            default -> throw format.fault("'format' must be \"json\" or a JSON schema.");
        };
    }

    private static Tool tool(JsonView tool) {
        JsonView function = tool.need("function");
        return new Tool.Function(
                function.need("name").string(),
                function.string("description", ""),
                function.get("parameters").map(JsonView::raw).orElse(NO_PARAMETERS),
                false,
                Map.of());
    }
}
