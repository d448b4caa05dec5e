package dev.parley.chat.openai;

import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.Protocol;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code content}: a string, or an array of parts. */
public final class PartReader {
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";
    private static final String DEFAULT_FILE_TYPE = "application/pdf";

    private PartReader() {}

    static List<Part> content(JsonView content) {
        if (content.isString()) {
            return List.of(new Part.Text(content.string()));
        }
        if (!content.isArray()) {
            throw content.fault("Invalid type for '" + content.path() + "': expected a string or an array of parts.");
        }
        List<Part> parts = new ArrayList<>();
        for (JsonView part : content.items()) {
            parts.add(part(part));
        }
        return parts;
    }

    private static Part part(JsonView part) {
        String type = part.need("type").string();
        return switch (type) {
            case "text" -> new Part.Text(part.need("text").string(), part.extras(Set.of("type", "text")));
            case "image_url" -> image(part);
            case "input_audio" -> audio(part.need("input_audio"));
            case "file" -> document(part);
            case "refusal" -> new Part.Refusal(part.need("refusal").string());
            default -> new Part.Foreign(Protocol.OPENAI_CHAT, type, part.raw());
        };
    }

    /** The object form is OpenAI's; several servers take a bare string too. */
    private static Part image(JsonView part) {
        JsonView image = part.need("image_url");
        String url = image.isString() ? image.string() : image.need("url").string();
        String detail = image.isString() ? "" : image.string("detail", "");
        return new Part.Image(media(url), detail, part.extras(Set.of("type", "image_url")));
    }

    private static Part audio(JsonView audio) {
        return new Part.Audio(audio.need("data").string(), audio.need("format").string());
    }

    private static Part document(JsonView part) {
        JsonView file = part.need("file");
        String name = file.string("filename", "");
        if (file.has("file_id")) {
            return new Part.Document(
                    new Media.FileId(file.need("file_id").string()), name, part.extras(Set.of("type", "file")));
        }
        return new Part.Document(file(file.need("file_data").string()), name, part.extras(Set.of("type", "file")));
    }

    /** A file's bytes: a {@code data:} URI, or bare base64 of what is then a PDF. */
    public static Media file(String content) {
        return content.startsWith(DATA) ? media(content) : new Media.Inline(DEFAULT_FILE_TYPE, content);
    }

    /** A {@code data:} URI becomes inline media, so that every protocol sees its type. */
    public static Media media(String url) {
        int comma = url.indexOf(BASE64);
        return url.startsWith(DATA) && comma > 0
                ? new Media.Inline(url.substring(DATA.length(), comma), url.substring(comma + BASE64.length()))
                : new Media.Url(url);
    }
}
