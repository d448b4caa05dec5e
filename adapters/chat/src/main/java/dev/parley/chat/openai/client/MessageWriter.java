package dev.parley.chat.openai.client;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.Protocol;
import dev.parley.chat.Turn;
import dev.parley.chat.Turn.Role;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.openai.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Writes turns as messages. */
final class MessageWriter {
    private final JsonOut out;
    private final Consumer<String> warnings;

    MessageWriter(JsonOut out, Consumer<String> warnings) {
        this.out = out;
        this.warnings = warnings;
    }

    void turn(Turn turn) {
        switch (turn.role()) {
            // Chat templates outside OpenAI know no developer; OpenAI itself takes system for it.
            case SYSTEM, DEVELOPER -> plain("system", turn);
            case USER -> user(turn);
            case ASSISTANT -> assistant(turn);
            case TOOL -> results(turn.parts());
        }
    }

    private void open(String role, Turn turn) {
        out.object().member("role", role);
        if (!turn.name().isEmpty()) {
            out.member("name", turn.name());
        }
    }

    private void plain(String role, Turn turn) {
        open(role, turn);
        out.member("content", turn.text()).endObject();
    }

    /** Results first, wherever they stand: they must follow the calls at once. */
    private void user(Turn turn) {
        List<Part> results =
                turn.parts().stream().filter(Part.ToolResult.class::isInstance).toList();
        List<Part> rest = turn.parts().stream()
                .filter(p -> !(p instanceof Part.ToolResult))
                .toList();
        results(results);
        if (!rest.isEmpty() || results.isEmpty()) {
            open("user", turn);
            content(rest);
            out.endObject();
        }
    }

    private void content(List<Part> parts) {
        if (parts.stream().allMatch(Part.Text.class::isInstance) && parts.size() <= 1) {
            out.member("content", new Turn(Role.USER, parts).text());
            return;
        }
        out.array("content");
        parts.forEach(this::part);
        out.endArray();
    }

    private void part(Part part) {
        switch (part) {
            case Part.Text text -> text(text.text());
            case Part.Image image -> image(image);
            case Part.Document document -> document(document);
            case Part.Audio audio ->
                out.object()
                        .member("type", "input_audio")
                        .object("input_audio")
                        .member("data", audio.base64())
                        .member("format", audio.format())
                        .endObject()
                        .endObject();
            case Part.Foreign foreign -> foreign(foreign);
            case Part.Refusal refusal -> text(refusal.text());
            case Part.ToolUse ignored -> warnings.accept("tool call outside an assistant turn dropped");
            case Part.ToolResult ignored -> warnings.accept("tool result inside another part dropped");
            case Part.Reasoning ignored -> {}
            case Part.RedactedReasoning ignored -> {}
        }
    }

    private void text(String text) {
        out.object().member("type", "text").member("text", text).endObject();
    }

    private void foreign(Part.Foreign foreign) {
        if (foreign.protocol() == Protocol.OPENAI_CHAT) {
            out.raw(foreign.json());
        } else {
            warnings.accept(foreign.type() + " part dropped");
        }
    }

    private void image(Part.Image image) {
        String url = switch (image.media()) {
            case Media.Url media -> media.url();
            case Media.Inline media -> dataUri(media);
            case Media.FileId ignored ->
                throw ChatFailure.badRequest(
                        "messages", "An image by file id is not possible with this model; send its bytes or a URL.");
        };
        out.object().member("type", "image_url").object("image_url").member("url", url);
        if (!image.detail().isEmpty()) {
            out.member("detail", image.detail());
        }
        out.endObject().endObject();
    }

    private static String dataUri(Media.Inline media) {
        return "data:" + media.mediaType() + ";base64," + media.base64();
    }

    private void document(Part.Document document) {
        switch (document.media()) {
            case Media.Inline media -> inline(document.name(), media);
            case Media.FileId id ->
                out.object()
                        .member("type", "file")
                        .object("file")
                        .member("file_id", id.id())
                        .endObject()
                        .endObject();
            case Media.Url ignored ->
                throw ChatFailure.badRequest(
                        "messages", "A document by URL is not possible with this model; send its bytes.");
        }
    }

    private void inline(String name, Media.Inline media) {
        if (media.mediaType().startsWith("text/")) {
            text(decoded(media.base64()));
            return;
        }
        out.object()
                .member("type", "file")
                .object("file")
                .member("filename", name.isEmpty() ? "document.pdf" : name)
                .member("file_data", dataUri(media))
                .endObject()
                .endObject();
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ChatFailure.badRequest("messages", "A text document's data is not valid base64.");
        }
    }

    private void assistant(Turn turn) {
        Pieces pieces = new Pieces(turn.parts());
        open("assistant", turn);
        if (pieces.text.isEmpty() && !pieces.calls.isEmpty()) {
            out.nul("content");
        } else {
            out.member("content", pieces.text.toString());
        }
        if (!pieces.refusal.isEmpty()) {
            out.member("refusal", pieces.refusal.toString());
        }
        if (!pieces.calls.isEmpty()) {
            out.array("tool_calls");
            pieces.calls.forEach(this::call);
            out.endArray();
        }
        out.endObject();
    }

    private void call(Part.ToolUse use) {
        out.object().member("id", use.id()).member("type", "function").object("function");
        out.member("name", use.name())
                .member("arguments", use.arguments().isEmpty() ? "{}" : use.arguments())
                .endObject()
                .endObject();
    }

    /** Tool messages hold text only: what else a result has follows as the user's words. */
    private void results(List<Part> results) {
        List<Part> others = new ArrayList<>();
        for (Part part : results) {
            if (part instanceof Part.ToolResult result) {
                List<Part> texts = result.content().stream()
                        .filter(Part.Text.class::isInstance)
                        .toList();
                others.addAll(result.content().stream()
                        .filter(p -> !(p instanceof Part.Text))
                        .toList());
                out.object().member("role", "tool").member("tool_call_id", result.toolUseId());
                out.member("content", new Turn(Role.TOOL, texts).text()).endObject();
            } else {
                others.add(part);
            }
        }
        if (!others.isEmpty()) {
            open("user", new Turn(Role.USER, others));
            content(others);
            out.endObject();
        }
    }
}
