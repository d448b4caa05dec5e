package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingCacheTest {
    @TempDir
    Path directory;

    /** The first value of an embedding is the length of the text; fails at a text, as if the lab had been stopped there. */
    private static final class Lengths implements QueryEncoder {
        private final String stop;
        private final List<String> seen = new ArrayList<>();

        Lengths(String stop) {
            this.stop = stop;
        }

        @Override
        public CompletableFuture<QueryFeatures> encode(Query query, Instant deadline) {
            if (query.text().equals(stop)) {
                return CompletableFuture.failedFuture(new IllegalStateException("stopped"));
            }
            seen.add(query.text());
            float[] embedding = new float[dimension()];
            embedding[0] = query.text().length();
            return CompletableFuture.completedFuture(new QueryFeatures(embedding, "lengths"));
        }

        @Override
        public CompletableFuture<Embedded> embed(List<String> texts) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }

        @Override
        public int missed() {
            return 0;
        }

        @Override
        public int dimension() {
            return 384;
        }

        @Override
        public String description() {
            return "lengths";
        }

        @Override
        public void close() {}
    }

    private float[][] cached(List<String> texts, QueryEncoder encoder) throws IOException {
        return EmbeddingCache.of("t", texts, directory, () -> encoder, line -> {});
    }

    @Test
    void aPassThatWasStoppedGoesOnWhereItWas() throws IOException {
        List<String> texts = IntStream.range(0, 40).mapToObj("x"::repeat).toList();
        assertThatThrownBy(() -> cached(texts, new Lengths(texts.get(20)))).hasMessageContaining("stopped");
        try (var files = Files.list(directory)) {
            assertThat(files).singleElement().asString().endsWith(".f32.part");
        }
        Lengths rest = new Lengths("");
        float[][] vectors = cached(texts, rest);
        assertThat(rest.seen).as("of the second pass").isEqualTo(texts.subList(16, 40));
        assertThat(IntStream.range(0, 40)).allMatch(i -> vectors[i][0] == i && vectors[i][1] == 0);
        Lengths none = new Lengths("");
        assertThat(cached(texts, none)).isDeepEqualTo(vectors);
        assertThat(none.seen).isEmpty();
    }

    /** Name and contents are what router-models/training/heads/encoder.py writes: the digest is Python's own of these texts. */
    @Test
    void theTrainingOfTheHeadsReadsTheSameFiles() throws IOException {
        cached(List.of("one", "zwölf", ""), new Lengths("never"));
        byte[] bytes = Files.readAllBytes(directory.resolve("t-eb99ce478aaf.f32"));
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes).hasSize(3 * 384 * 4);
        assertThat(floats.getFloat(384 * 4)).isEqualTo(5);
    }
}
