package dev.parley.chat.ollama;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.RawJson;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonOut;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns as Ollama's messages: text is one string, pictures stand beside it, each tool's result is a message of its own. */
final class MessagesWriter {
    private static final String MESSAGES = "messages";

    private final BackendCall call;
    private final JsonOut out;
    private final Map<String, String> toolNames = new HashMap<>();

    MessagesWriter(BackendCall call, JsonOut out) {
        this.call = call;
        this.out = out;
    }

    void write() {
        out.array(MESSAGES);
        for (Turn turn : call.request().conversation().turns()) {
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> message("system", Content.of(this, turn.parts()));
                case USER -> message("user", Content.of(this, turn.parts()));
                case ASSISTANT -> message("assistant", Content.of(this, turn.parts()));
                case TOOL -> results(turn);
            }
        }
        out.endArray();
    }

    private void message(String role, Content content) {
        out.object().member("role", role).member("content", content.words());
        content.rest(out);
        out.endObject();
    }

    private void results(Turn turn) {
        List<Part> pictures = new ArrayList<>();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                result(result, pictures);
            }
        }
        if (!pictures.isEmpty()) {
            message("user", Content.of(this, pictures));
        }
    }

    /** Pictures within a result follow in a user's message: templates show none in a tool's. */
    private void result(Part.ToolResult result, List<Part> pictures) {
        List<Part> words = new ArrayList<>();
        result.content().forEach(part -> (part instanceof Part.Image ? pictures : words).add(part));
        String text = Content.of(this, words).words();
        out.object().member("role", "tool").member("content", result.error() ? "Error: " + text : text);
        String name = toolNames.getOrDefault(result.toolUseId(), "");
        if (!name.isEmpty()) {
            out.member("tool_name", name);
        }
        out.member("tool_call_id", result.toolUseId()).endObject();
    }

    /** What a turn says, taken apart. */
    private static final class Content {
        final MessagesWriter writer;
        final List<String> texts = new ArrayList<>();
        final List<String> images = new ArrayList<>();
        final List<Part.ToolUse> calls = new ArrayList<>();
        final StringBuilder thinking = new StringBuilder();

        Content(MessagesWriter writer) {
            this.writer = writer;
        }

        static Content of(MessagesWriter writer, List<Part> parts) {
            Content content = new Content(writer);
            parts.forEach(content::add);
            return content;
        }

        String words() {
            return String.join("\n", texts);
        }

        private void add(Part part) {
            switch (part) {
                case Part.Text p -> texts.add(p.text());
                case Part.Refusal p -> texts.add(p.text());
                case Part.Reasoning p -> thinking.append(p.text());
                case Part.Image p -> images.add(picture(p.media()));
                case Part.Document p -> texts.add(document(p));
                case Part.ToolUse p -> {
                    calls.add(p);
                    writer.toolNames.put(p.id(), p.name());
                }
                case Part.RedactedReasoning p -> {}
                case Part.Foreign p -> writer.call.warnings().accept(p.type() + " part dropped");
                case Part.Audio p -> throw cannot("This model takes no audio; send the words as text.");
                case Part.ToolResult p -> throw cannot("A tool's result in 'messages' stands outside a tool turn.");
            }
        }

        private static String picture(Media media) {
            return switch (media) {
                case Media.Inline inline -> inline.base64();
                case Media.Url url ->
                    url.inline()
                            .map(Media.Inline::base64)
                            .orElseThrow(() -> cannot(
                                    "This model fetches no pictures; send them inline, as data:TYPE;base64,DATA."));
                case Media.FileId id -> throw cannot("The file '" + id.id() + "' is unknown here; send it inline.");
            };
        }

        private static String document(Part.Document document) {
            Media media = document.media();
            Media.Inline inline = media instanceof Media.Url url
                    ? url.inline().orElse(null)
                    : media instanceof Media.Inline i ? i : null;
            if (inline == null || !inline.mediaType().startsWith("text/")) {
                throw cannot("This model takes no documents but inline plain text.");
            }
            try {
                return new String(Base64.getDecoder().decode(inline.base64()), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw cannot("A document in 'messages' is not valid base64.");
            }
        }

        void rest(JsonOut out) {
            if (!thinking.isEmpty()) {
                out.member("thinking", thinking.toString());
            }
            if (!images.isEmpty()) {
                out.array("images");
                images.forEach(out::string);
                out.endArray();
            }
            if (!calls.isEmpty()) {
                out.array("tool_calls");
                for (int i = 0; i < calls.size(); i++) {
                    call(i, calls.get(i), out);
                }
                out.endArray();
            }
        }

        private static void call(int index, Part.ToolUse use, JsonOut out) {
            RawJson arguments = use.arguments().isBlank() ? new RawJson("{}") : ToolCalls.object(use.arguments());
            out.object().member("id", use.id()).object("function");
            out.member("index", index).member("name", use.name()).member("arguments", arguments);
            out.endObject().endObject();
        }

        private static ChatFailure cannot(String message) {
            return ChatFailure.badRequest(MESSAGES, message);
        }
    }
}
