package dev.parley.chat.openai;

import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the body of a chat completion into neutral words. */
public final class ChatReader {
    private static final List<String> OWN = List.of(
            "model", "messages", "stream", "stream_options", "tools", "tool_choice", "functions", "function_call");
    private static final Set<String> KNOWN = known();

    private ChatReader() {}

    static Conversation read(JsonBody body) {
        JsonView request = JsonView.of(body);
        ToolReader tools = new ToolReader(request);
        Map<Setting, RawJson> settings = SettingsReader.read(request);
        effort(request, settings);
        OutputFormat format =
                request.get("response_format").map(ChatReader::format).orElseGet(OutputFormat.FreeText::new);
        return new Conversation(
                MessageReader.read(request.need("messages")),
                tools.tools(),
                tools.choice(),
                format,
                settings,
                request.extras(KNOWN));
    }

    /** OpenRouter's {@code reasoning{effort}} says the same as {@code reasoning_effort}. */
    private static void effort(JsonView request, Map<Setting, RawJson> settings) {
        request.get("reasoning")
                .filter(JsonView::isObject)
                .flatMap(reasoning -> reasoning.get("effort"))
                .ifPresent(effort -> settings.putIfAbsent(
                        Setting.REASONING_EFFORT,
                        new JsonOut().string(effort.string()).json()));
    }

    private static OutputFormat format(JsonView format) {
        String type = format.need("type").string();
        return switch (type) {
            case "text" -> new OutputFormat.FreeText();
            case "json_object" -> new OutputFormat.JsonObject();
            case "json_schema" -> schema(format.need("json_schema"));
            default ->
                throw format.need("type")
                        .fault("Invalid value: '" + type
                                + "'. Supported values are: 'text', 'json_object' and 'json_schema'.");
        };
    }

    /** A named schema, as here and in the responses protocol's {@code text.format}. */
    public static OutputFormat schema(JsonView schema) {
        RawJson json = schema.get("schema").map(JsonView::raw).orElse(new RawJson("{}"));
        return new OutputFormat.JsonSchema(
                schema.string("name", ""), schema.string("description", ""), json, schema.flag("strict"));
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(SettingsReader.names());
        known.addAll(OWN);
        known.addAll(RelayEdit.OURS);
        known.addAll(Set.of("response_format", "reasoning"));
        return Set.copyOf(known);
    }
}
