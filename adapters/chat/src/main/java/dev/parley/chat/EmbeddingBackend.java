package dev.parley.chat;

import io.vertx.core.Future;
import java.util.List;

/** Something that embeds texts in this process. HTTP backends relay embeddings instead. */
public interface EmbeddingBackend {
    /** One vector per text, in order. Fails with {@link ChatFailure}. */
    Future<Embeddings> embed(List<String> texts);

    /** Vectors of equal length and the input tokens used. */
    record Embeddings(List<float[]> vectors, long inputTokens) {
        public Embeddings {
            vectors = List.copyOf(vectors);
        }
    }
}
