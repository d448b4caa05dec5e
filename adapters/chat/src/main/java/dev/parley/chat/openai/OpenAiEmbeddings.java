package dev.parley.chat.openai;

import dev.parley.chat.EmbeddingBackend.Embeddings;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** {@code POST /v1/embeddings} for a model in this process (wire-contract section 7). Pure, thread-safe. */
public final class OpenAiEmbeddings {
    private static final int MOST_TEXTS = 2048;

    private OpenAiEmbeddings() {}

    /**
     * A wish for vectors.
     *
     * @param base64 little-endian float32, which SDKs ask for silently; else numbers
     * @param dimensions the vectors are cut to, 0 leaves them whole
     */
    public record Request(List<String> texts, boolean base64, int dimensions) {
        public Request {
            texts = List.copyOf(texts);
        }
    }

    /** Throws {@link dev.parley.chat.ChatFailure} BAD_REQUEST naming the member at fault. */
    public static Request decode(byte[] body) {
        JsonView said = JsonView.of(ScannedBody.of(body));
        JsonView input = said.need("input");
        List<String> texts = input.isString()
                ? List.of(input.string())
                : input.items().stream().map(OpenAiEmbeddings::text).toList();
        if (texts.isEmpty() || texts.size() > MOST_TEXTS || texts.stream().anyMatch(String::isEmpty)) {
            throw input.fault("must be 1 to " + MOST_TEXTS + " texts, none of them empty");
        }
        boolean base64 = said.get("encoding_format")
                .map(format -> switch (format.string()) {
                    case "float" -> false;
                    case "base64" -> true;
                    default -> throw format.fault("must be 'float' or 'base64'");
                })
                .orElse(false);
        return new Request(texts, base64, dimensions(said));
    }

    private static String text(JsonView item) {
        if (!item.isString()) {
            throw item.fault("must be a string: this model takes texts, not token ids");
        }
        return item.string();
    }

    private static int dimensions(JsonView said) {
        long dimensions = said.integer("dimensions", 0);
        if (dimensions < 0 || dimensions > 1 << 16) {
            throw said.need("dimensions").fault("must be a positive number of dimensions");
        }
        return (int) dimensions;
    }

    /** The answer's body; {@code model} is the name that served. */
    public static Buffer encode(Request request, Embeddings embeddings, String model) {
        JsonOut out = new JsonOut();
        out.object().member("object", "list").array("data");
        for (int i = 0; i < embeddings.vectors().size(); i++) {
            float[] vector = cut(embeddings.vectors().get(i), request.dimensions());
            out.object().member("object", "embedding").member("index", i);
            if (request.base64()) {
                out.member("embedding", base64(vector));
            } else {
                out.array("embedding");
                for (float value : vector) {
                    out.number(value);
                }
                out.endArray();
            }
            out.endObject();
        }
        out.endArray().member("model", model).object("usage");
        out.member("prompt_tokens", embeddings.inputTokens()).member("total_tokens", embeddings.inputTokens());
        return Buffer.buffer(out.endObject().endObject().bytes());
    }

    /** The first dimensions, at length 1 again. */
    private static float[] cut(float[] vector, int dimensions) {
        if (dimensions == 0 || dimensions >= vector.length) {
            return vector;
        }
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            squares += (double) vector[i] * vector[i];
        }
        float scale = squares == 0 ? 1 : (float) (1 / Math.sqrt(squares));
        float[] shorter = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            shorter[i] = vector[i] * scale;
        }
        return shorter;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
