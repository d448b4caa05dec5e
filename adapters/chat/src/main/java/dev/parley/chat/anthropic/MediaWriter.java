package dev.parley.chat.anthropic;

import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.json.JsonOut;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Pictures and documents as blocks with a source. */
final class MediaWriter {
    private static final String MESSAGES = "messages";
    private static final String PDF = "application/pdf";

    private final Translation translation;
    private final JsonOut out;

    MediaWriter(Translation translation, JsonOut out) {
        this.translation = translation;
        this.out = out;
    }

    void image(Part.Image image) {
        Media media = resolved(image.media());
        boolean pdf = media instanceof Media.Inline inline && inline.mediaType().equals(PDF);
        out.object().member("type", pdf ? "document" : "image").object("source");
        switch (media) {
            case Media.Inline inline -> base64(inline.mediaType(), inline.base64());
            case Media.Url url -> url(url);
            case Media.FileId id -> file(id);
        }
        out.endObject().members(translation.passing(image.extras())).endObject();
    }

    void document(Part.Document document) {
        out.object().member("type", "document").object("source");
        switch (resolved(document.media())) {
            case Media.Inline inline -> inlineDocument(inline);
            case Media.Url url -> url(url);
            case Media.FileId id -> file(id);
        }
        out.endObject();
        if (!document.name().isEmpty()) {
            out.member("title", document.name());
        }
        out.members(translation.passing(document.extras())).endObject();
    }

    private void inlineDocument(Media.Inline inline) {
        String type = inline.mediaType();
        if (type.equals(PDF)) {
            base64(type, inline.base64());
        } else if (type.startsWith("text/") || type.equals("application/json") || type.equals("application/xml")) {
            out.member("type", "text").member("media_type", "text/plain").member("data", text(inline));
        } else {
            throw translation.cannot(
                    MESSAGES, "This model takes no document of type '" + type + "'; send PDF or plain text.");
        }
    }

    private String text(Media.Inline inline) {
        try {
            return new String(Base64.getDecoder().decode(inline.base64()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw translation.cannot(MESSAGES, "A document in 'messages' is not valid base64.");
        }
    }

    private void base64(String mediaType, String data) {
        out.member("type", "base64").member("media_type", mediaType).member("data", data);
    }

    private void url(Media.Url url) {
        if (!url.url().startsWith("https://") && !url.url().startsWith("http://")) {
            throw translation.cannot(
                    MESSAGES,
                    "An address of a picture or document in 'messages' is neither http(s) nor data:TYPE;base64,DATA.");
        }
        out.member("type", "url").member("url", url.url());
    }

    private void file(Media.FileId id) {
        if (!translation.sameFamily()) {
            throw translation.cannot(
                    MESSAGES, "The file id '" + id.id() + "' belongs to another provider; send the file inline.");
        }
        out.member("type", "file").member("file_id", id.id());
    }

    /** A data address holds the bytes themselves. */
    private static Media resolved(Media media) {
        return switch (media) {
            case Media.Url url -> url.inline().<Media>map(MediaWriter::typed).orElse(url);
            case Media.Inline inline -> typed(inline);
            case Media.FileId id -> id;
        };
    }

    /** {@code image/jpg} is common and refused. */
    private static Media typed(Media.Inline inline) {
        String type = inline.mediaType().toLowerCase(Locale.ROOT);
        return new Media.Inline(type.equals("image/jpg") ? "image/jpeg" : type, inline.base64());
    }
}
