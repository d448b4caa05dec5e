package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend.Embeddings;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** {@code POST /api/embed} and its elder, {@code POST /api/embeddings}. Thread-safe. */
public final class OllamaEmbeddings {
    private OllamaEmbeddings() {}

    /**
     * A wish for vectors.
     *
     * @param texts to embed; empty if the client only wants the model loaded
     * @param dimensions the vectors are cut to; 0 leaves them whole
     * @param single whether the client used the elder route, which answers one vector
     */
    public record Request(String model, List<String> texts, int dimensions, boolean single) {
        public Request {
            texts = List.copyOf(texts);
        }
    }

    /** Reads {@code /api/embed}. Throws {@link ChatFailure} BAD_REQUEST naming the member at fault. */
    public static Request decode(byte[] body) {
        JsonView root = JsonView.of(ScannedBody.of(body));
        List<String> texts = root.get("input").map(OllamaEmbeddings::texts).orElse(List.of());
        long dimensions = root.integer("dimensions", 0);
        if (dimensions < 0 || dimensions > 1 << 20) {
            throw ChatFailure.badRequest("dimensions", "'dimensions' must be between 0 and 1048576.");
        }
        return new Request(model(root), texts, (int) dimensions, false);
    }

    /** Reads {@code /api/embeddings}. Throws {@link ChatFailure} BAD_REQUEST naming the member at fault. */
    public static Request decodeSingle(byte[] body) {
        JsonView root = JsonView.of(ScannedBody.of(body));
        String prompt = root.string("prompt", "");
        return new Request(model(root), prompt.isEmpty() ? List.of() : List.of(prompt), 0, true);
    }

    private static String model(JsonView root) {
        String model = root.string("model", "");
        if (model.isBlank()) {
            throw ChatFailure.badRequest("model", "model is required");
        }
        return model;
    }

    private static List<String> texts(JsonView input) {
        if (input.isString()) {
            return List.of(input.string());
        }
        return input.items().stream().map(JsonView::string).toList();
    }

    /**
     * The answer's body.
     *
     * @param model the name that served
     * @param took for the whole call
     */
    public static Buffer encode(Request request, Embeddings embeddings, String model, Duration took) {
        JsonOut out = new JsonOut(4096).object();
        if (request.single()) {
            out.name("embedding");
            vector(
                    embeddings.vectors().isEmpty()
                            ? new float[0]
                            : embeddings.vectors().getFirst(),
                    out);
            return Buffer.buffer(out.endObject().bytes());
        }
        out.member("model", model).array("embeddings");
        for (float[] vector : embeddings.vectors()) {
            vector(cut(vector, request.dimensions()), out);
        }
        out.endArray()
                .member("total_duration", took.toNanos())
                .member("load_duration", 0)
                .member("prompt_eval_count", embeddings.inputTokens());
        return Buffer.buffer(out.endObject().bytes());
    }

    private static void vector(float[] vector, JsonOut out) {
        out.array();
        for (float value : vector) {
            out.raw(Float.toString(value));
        }
        out.endArray();
    }

    /** A cut vector has length 1 again, as at Ollama. */
    private static float[] cut(float[] vector, int dimensions) {
        if (dimensions == 0 || dimensions >= vector.length) {
            return vector;
        }
        float[] cut = Arrays.copyOf(vector, dimensions);
        double squares = 0;
        for (float value : cut) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < cut.length && length > 0; i++) {
            cut[i] = (float) (cut[i] / length);
        }
        return cut;
    }
}
