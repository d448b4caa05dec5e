package dev.parley.chat.anthropic;

import dev.parley.chat.Conversation;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Capability;
import java.util.Set;

/** Tools and how they may be used. */
final class ToolsWriter {
    private final Translation translation;
    private final JsonOut out;

    ToolsWriter(Translation translation, JsonOut out) {
        this.translation = translation;
        this.out = out;
    }

    void write() {
        Conversation conversation = translation.conversation();
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
        RawJson parallel = conversation.settings().get(Setting.PARALLEL_TOOL_CALLS);
        choice(conversation.toolChoice(), parallel != null && parallel.text().equals("false"));
    }

    private void function(Tool.Function tool) {
        out.object().member("name", tool.name());
        if (!tool.description().isEmpty()) {
            out.member("description", tool.description());
        }
        out.member("input_schema", schema(tool.parameters()));
        if (tool.strict()) {
            strict(tool.name());
        }
        out.members(translation.passing(tool.extras())).endObject();
    }

    /** Models without structured output refuse the word. */
    private void strict(String name) {
        if (translation.sameFamily() || translation.call().model().can(Capability.JSON_SCHEMA)) {
            out.member("strict", true);
        } else {
            translation.warn("strict of tool " + name + " dropped");
        }
    }

    /** Anthropic wants {@code "type":"object"} said, which OpenAI's clients may leave out. */
    private RawJson schema(RawJson parameters) {
        JsonView view = JsonView.of(parameters, "tools");
        if (view.isObject() && !view.has("type")) {
            JsonOut schema = new JsonOut().object().member("type", "object");
            if (!view.has("properties")) {
                schema.object("properties").endObject();
            }
            return schema.members(view.extras(Set.of("type"))).endObject().json();
        }
        return parameters;
    }

    private void foreign(Tool.Foreign tool) {
        if (tool.protocol() != Protocol.ANTHROPIC_MESSAGES) {
            throw translation.cannot(
                    "tools",
                    "The tool '" + tool.name() + "' of type '" + tool.type()
                            + "' is not possible with this model; use tools of type function.");
        }
        out.raw(tool.json());
    }

    private void choice(ToolChoice choice, boolean oneByOne) {
        String type = switch (choice) {
            case ToolChoice.Unset c -> oneByOne ? "auto" : "";
            case ToolChoice.Auto c -> "auto";
            case ToolChoice.None c -> "none";
            case ToolChoice.Required c -> "any";
            case ToolChoice.Named c -> "tool";
        };
        if (type.isEmpty()) {
            return;
        }
        out.object("tool_choice").member("type", type);
        if (choice instanceof ToolChoice.Named named) {
            out.member("name", named.tool());
        }
        if (oneByOne && !type.equals("none")) {
            out.member("disable_parallel_tool_use", true);
        }
        out.endObject();
    }
}
