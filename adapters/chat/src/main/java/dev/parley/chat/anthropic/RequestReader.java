package dev.parley.chat.anthropic;

import dev.parley.chat.Conversation;
import dev.parley.chat.ExpertAsk;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A Messages request in neutral words. Faults name the member, e.g. {@code messages[2].content[0].type}. */
final class RequestReader {
    /** Prefix of what {@code output_config} holds beyond what has a neutral word. */
    static final String OUTPUT_CONFIG = "output_config.";

    private static final Set<String> KNOWN = Set.of(
            "model",
            "max_tokens",
            "messages",
            "system",
            "stop_sequences",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "tools",
            "tool_choice",
            "thinking",
            "output_config",
            "output_format",
            "metadata",
            "service_tier",
            ExpertAsk.MEMBER);

    private final JsonView root;
    private final Map<Setting, RawJson> settings = new EnumMap<>(Setting.class);
    private final Map<String, RawJson> extras = new LinkedHashMap<>();

    private RequestReader(JsonView root) {
        this.root = root;
    }

    static Conversation read(JsonBody body) {
        return new RequestReader(JsonView.of(body)).conversation();
    }

    private Conversation conversation() {
        numbers();
        words();
        OutputFormat format = outputConfig();
        extras.putAll(root.extras(KNOWN));
        AnthropicServer.OURS.forEach(extras::remove);
        return new Conversation(turns(), tools(), toolChoice(), format, settings, extras);
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        root.get("system").ifPresent(system -> turns.add(new Turn(Turn.Role.SYSTEM, BlockReader.texts(system))));
        JsonView messages = root.need("messages");
        List<JsonView> items = messages.items();
        if (items.isEmpty()) {
            throw messages.fault("'messages' must hold at least one message.");
        }
        for (JsonView message : items) {
            addTurns(message, turns);
        }
        return turns;
    }

    private static void addTurns(JsonView message, List<Turn> turns) {
        JsonView role = message.need("role");
        JsonView content = message.need("content");
        switch (role.string()) {
            case "user" -> addUserTurns(BlockReader.user(content), turns);
            case "assistant" -> turns.add(new Turn(Turn.Role.ASSISTANT, BlockReader.assistant(content)));
            case "system" -> turns.add(new Turn(Turn.Role.SYSTEM, BlockReader.texts(content)));
            default ->
                throw role.fault("'" + role.path() + "' is '" + role.string()
                        + "'; it must be user or assistant (system text goes into the top-level 'system').");
        }
    }

    /** Results of tools come first, whatever their place in the message: every other protocol wants them before the user's words. */
    private static void addUserTurns(List<Part> parts, List<Turn> turns) {
        List<Part> results =
                parts.stream().filter(Part.ToolResult.class::isInstance).toList();
        List<Part> words = parts.stream()
                .filter(part -> !(part instanceof Part.ToolResult))
                .toList();
        if (!results.isEmpty()) {
            turns.add(new Turn(Turn.Role.TOOL, results));
        }
        if (!words.isEmpty() || results.isEmpty()) {
            turns.add(new Turn(Turn.Role.USER, words));
        }
    }

    private void numbers() {
        root.get("max_tokens").ifPresent(value -> {
            if (value.integer() < 1) {
                throw value.fault("'max_tokens' must be at least 1.");
            }
            settings.put(Setting.MAX_OUTPUT_TOKENS, value.raw());
        });
        share("temperature", Setting.TEMPERATURE);
        share("top_p", Setting.TOP_P);
        root.get("top_k").ifPresent(value -> {
            if (value.integer() < 0) {
                throw value.fault("'top_k' must not be negative.");
            }
            settings.put(Setting.TOP_K, value.raw());
        });
    }

    private void share(String name, Setting setting) {
        root.get(name).ifPresent(value -> {
            if (!(value.number() >= 0 && value.number() <= 1)) {
                throw value.fault("'" + name + "' must be between 0 and 1.");
            }
            settings.put(setting, value.raw());
        });
    }

    private void words() {
        root.get("stop_sequences").ifPresent(value -> {
            value.items().forEach(JsonView::string);
            settings.put(Setting.STOP, value.raw());
        });
        root.get("thinking").ifPresent(value -> {
            value.need("type").string();
            settings.put(Setting.THINKING, value.raw());
        });
        root.get(ExpertAsk.MEMBER).ifPresent(value -> {
            ExpertJson.ask(value);
            settings.put(Setting.MOE, value.raw());
        });
        root.get("metadata").flatMap(value -> value.get("user_id")).ifPresent(value -> {
            value.string();
            settings.put(Setting.USER, value.raw());
        });
        root.get("service_tier").ifPresent(value -> settings.put(Setting.SERVICE_TIER, tier(value.string())));
    }

    /** The neutral words are OpenAI's: there, "default" is the standard tier. */
    private static RawJson tier(String tier) {
        return AnthropicServer.quoted(tier.equals("standard_only") ? "default" : tier);
    }

    private OutputFormat outputConfig() {
        JsonView config = root.get("output_config").orElse(null);
        if (config != null) {
            config.get("effort").ifPresent(effort -> {
                effort.string();
                settings.put(Setting.REASONING_EFFORT, effort.raw());
            });
            config.extras(Set.of("effort", "format")).forEach((name, value) -> extras.put(OUTPUT_CONFIG + name, value));
        }
        JsonView format = config == null ? null : config.get("format").orElse(null);
        if (format == null) {
            format = root.get("output_format").orElse(null);
        }
        return format == null ? new OutputFormat.FreeText() : format(format);
    }

    private static OutputFormat format(JsonView format) {
        JsonView type = format.need("type");
        if (!type.string().equals("json_schema")) {
            throw type.fault("'" + type.path() + "' must be json_schema.");
        }
        return new OutputFormat.JsonSchema("", "", object(format.need("schema")), true);
    }

    private List<Tool> tools() {
        return root.items("tools").stream().map(RequestReader::tool).toList();
    }

    private static Tool tool(JsonView tool) {
        String type = tool.string("type", "custom");
        if (!type.equals("custom")) {
            return new Tool.Foreign(Protocol.ANTHROPIC_MESSAGES, tool.string("name", type), type, tool.raw());
        }
        return new Tool.Function(
                tool.need("name").string(),
                tool.string("description", ""),
                object(tool.need("input_schema")),
                tool.flag("strict"),
                tool.extras(Set.of("type", "name", "description", "input_schema", "strict")));
    }

    private ToolChoice toolChoice() {
        JsonView choice = root.get("tool_choice").orElse(null);
        if (choice == null) {
            return new ToolChoice.Unset();
        }
        if (choice.flag("disable_parallel_tool_use")) {
            settings.put(Setting.PARALLEL_TOOL_CALLS, new RawJson("false"));
        }
        JsonView type = choice.need("type");
        return switch (type.string()) {
            case "auto" -> new ToolChoice.Auto();
            case "any" -> new ToolChoice.Required();
            case "none" -> new ToolChoice.None();
            case "tool" -> new ToolChoice.Named(choice.need("name").string());
            default ->
                throw type.fault("'tool_choice.type' is '" + type.string() + "'; it must be auto, any, tool or none.");
        };
    }

    private static RawJson object(JsonView value) {
        value.members();
        return value.raw();
    }
}
