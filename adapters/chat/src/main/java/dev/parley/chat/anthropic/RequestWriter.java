package dev.parley.chat.anthropic;

import dev.parley.chat.BackendCall;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonOut;
import dev.parley.config.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a conversation as a Messages request (the first table of wire-contract section 11). For one use. */
final class RequestWriter {
    /** Our own words of the request, understood before: nothing is lost by leaving them out. */
    private static final Set<String> OURS =
            Set.of(AnthropicServer.GATEWAY, "models", "provider", "plugins", "transforms", "stream_options");

    private final Translation translation;
    private final JsonOut out = new JsonOut(4096);

    RequestWriter(BackendCall call) {
        translation = new Translation(call);
    }

    JsonOut json() {
        BackendCall call = translation.call();
        SettingsWriter settings = new SettingsWriter(translation, out);
        out.object().member("model", call.model().upstreamModel()).member("max_tokens", settings.maxTokens());
        system();
        new MessagesWriter(translation, out).write();
        settings.write();
        new ToolsWriter(translation, out).write();
        outputConfig(settings.effort());
        extras();
        if (call.stream()) {
            out.member("stream", true);
        }
        return out.endObject();
    }

    private void system() {
        List<Part.Text> texts = systemTexts();
        formatInstruction().ifPresent(text -> texts.add(new Part.Text(text)));
        if (texts.isEmpty()) {
            return;
        }
        if (texts.stream().allMatch(text -> translation.passing(text.extras()).isEmpty())) {
            out.member(
                    "system",
                    String.join("\n\n", texts.stream().map(Part.Text::text).toList()));
            return;
        }
        out.array("system");
        for (Part.Text text : texts) {
            out.object().member("type", "text").member("text", text.text());
            out.members(translation.passing(text.extras())).endObject();
        }
        out.endArray();
    }

    private List<Part.Text> systemTexts() {
        List<Part.Text> texts = new ArrayList<>();
        for (Turn turn : translation.conversation().turns()) {
            if (turn.instructs()) {
                turn.parts().forEach(part -> systemText(part, texts));
            }
        }
        return texts;
    }

    private void systemText(Part part, List<Part.Text> texts) {
        if (!(part instanceof Part.Text text)) {
            translation.warn("system content other than text dropped");
        } else if (!text.text().isBlank()) {
            texts.add(text);
        }
    }

    /** Anthropic has no free JSON mode, and not every model follows a schema: then words must do. */
    private Optional<String> formatInstruction() {
        return switch (translation.conversation().format()) {
            case OutputFormat.FreeText f -> Optional.empty();
            case OutputFormat.JsonObject f ->
                Optional.of("Answer with one JSON object and nothing else: no prose, no code fence.");
            case OutputFormat.JsonSchema f when hasSchemas() -> Optional.empty();
            case OutputFormat.JsonSchema f -> {
                translation.warn("response_format asked for by instruction: the model has no schema mode");
                yield Optional.of(
                        "Answer with one JSON value and nothing else: no prose, no code fence. It must follow this schema:\n"
                                + f.schema().text());
            }
        };
    }

    private boolean hasSchemas() {
        return translation.call().model().can(Capability.JSON_SCHEMA);
    }

    private void outputConfig(String effort) {
        JsonOut config = new JsonOut().object();
        if (!effort.isEmpty()) {
            config.member("effort", effort);
        }
        if (translation.conversation().format() instanceof OutputFormat.JsonSchema schema && hasSchemas()) {
            config.object("format").member("type", "json_schema").member("schema", schema.schema());
            config.endObject();
        }
        for (Map.Entry<String, RawJson> extra :
                translation.conversation().extras().entrySet()) {
            if (translation.sameFamily() && extra.getKey().startsWith(RequestReader.OUTPUT_CONFIG)) {
                config.member(extra.getKey().substring(RequestReader.OUTPUT_CONFIG.length()), extra.getValue());
            }
        }
        RawJson json = config.endObject().json();
        if (!json.text().equals("{}")) {
            out.member("output_config", json);
        }
    }

    private void extras() {
        translation.conversation().extras().forEach((name, value) -> {
            if (translation.sameFamily()) {
                if (!name.startsWith(RequestReader.OUTPUT_CONFIG)) {
                    out.member(name, value);
                }
            } else if (!OURS.contains(name)) {
                translation.warn(name + " dropped");
            }
        });
    }
}
