package dev.parley.chat.openai;

import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads {@code tools} and {@code tool_choice}, with their old forms {@code functions} and {@code function_call}. */
public final class ToolReader {
    /** For a function without {@code parameters}. */
    static final RawJson NO_PARAMETERS = new RawJson("{\"type\":\"object\",\"properties\":{}}");

    private static final Set<String> FUNCTION = Set.of("name", "description", "parameters", "strict", "type");

    private final List<Tool> tools = new ArrayList<>();
    private final ToolChoice choice;

    ToolReader(JsonView request) {
        this(request, ToolReader::tool);
    }

    private ToolReader(JsonView request, Function<JsonView, Tool> form) {
        for (JsonView tool : request.items("tools")) {
            tools.add(form.apply(tool));
        }
        for (JsonView function : request.items("functions")) {
            tools.add(function(function));
        }
        choice = request.get("tool_choice")
                .or(() -> request.get("function_call"))
                .map(this::choice)
                .orElseGet(ToolChoice.Unset::new);
    }

    /** Of the responses protocol, whose function tools are flat; the others live at OpenAI only. */
    public static ToolReader ofResponses(JsonView request) {
        return new ToolReader(request, tool -> {
            JsonView type = tool.need("type");
            if (!type.string().equals("function")) {
                throw type.fault("The tool '" + tool.string("name", type.string()) + "' of type '" + type.string()
                        + "' is not possible with this model; offer function tools only.");
            }
            return function(tool);
        });
    }

    public List<Tool> tools() {
        return tools;
    }

    public ToolChoice choice() {
        return choice;
    }

    private static Tool tool(JsonView tool) {
        String type = tool.need("type").string();
        if (type.equals("function")) {
            return function(tool.need("function"));
        }
        String name = tool.get(type)
                .filter(JsonView::isObject)
                .map(t -> t.string("name", type))
                .orElse(type);
        return new Tool.Foreign(Protocol.OPENAI_CHAT, name, type, tool.raw());
    }

    /** A function's own object, which is the whole tool in the responses protocol. */
    static Tool function(JsonView function) {
        RawJson parameters = function.get("parameters")
                .map(p -> {
                    p.members();
                    return p.raw();
                })
                .orElse(NO_PARAMETERS);
        return new Tool.Function(
                function.need("name").string(),
                function.string("description", ""),
                parameters,
                function.flag("strict"),
                function.extras(FUNCTION));
    }

    private ToolChoice choice(JsonView choice) {
        if (choice.isString()) {
            return word(choice);
        }
        String type = choice.string("type", "function");
        return switch (type) {
            case "allowed_tools" -> allowed(choice.get("allowed_tools").orElse(choice));
            case "function" -> new ToolChoice.Named(name(choice.get("function").orElse(choice)));
            case "custom" -> new ToolChoice.Named(name(choice.get("custom").orElse(choice)));
            default -> throw choice.fault("Invalid value for '" + choice.path() + "': unknown type '" + type + "'.");
        };
    }

    private String name(JsonView named) {
        String name = named.need("name").string();
        if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw named.fault("Invalid value for '" + named.path() + "': '" + name + "' is not among the tools.");
        }
        return name;
    }

    private static ToolChoice word(JsonView choice) {
        return switch (choice.string()) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required" -> new ToolChoice.Required();
            default ->
                throw choice.fault("Invalid value for '" + choice.path()
                        + "': expected 'none', 'auto', 'required' or a " + "named tool.");
        };
    }

    /** The others are not offered at all, which every protocol can say. */
    private ToolChoice allowed(JsonView allowed) {
        Set<String> names = new HashSet<>();
        for (JsonView tool : allowed.items("tools")) {
            names.add(tool.get("function").orElse(tool).need("name").string());
        }
        tools.removeIf(tool -> !names.contains(tool.name()));
        return allowed.string("mode", "auto").equals("required") ? new ToolChoice.Required() : new ToolChoice.Auto();
    }
}
