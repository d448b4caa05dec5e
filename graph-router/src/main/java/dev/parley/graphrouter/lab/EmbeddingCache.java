package dev.parley.graphrouter.lab;

import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Embeddings of a table's queries, computed once and kept in a file: [queries, dimension] little-endian floats. */
final class EmbeddingCache {
    private static final int DIMENSION = 384;
    private static final int AT_ONCE = 16;
    private static final int REPORT = 512;

    private EmbeddingCache() {}

    static float[][] of(List<String> texts, Path file, Supplier<QueryEncoder> opener) throws IOException {
        long expected = (long) texts.size() * DIMENSION * Float.BYTES;
        if (!Files.exists(file) || Files.size(file) != expected) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (QueryEncoder encoder = opener.get()) {
                Files.write(file, computed(texts, encoder));
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[][] vectors = new float[texts.size()][DIMENSION];
        FloatBuffer floats = bytes.asFloatBuffer();
        for (float[] vector : vectors) {
            floats.get(vector);
        }
        return vectors;
    }

    private static byte[] computed(List<String> texts, QueryEncoder encoder) {
        ByteBuffer bytes =
                ByteBuffer.allocate(texts.size() * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < texts.size(); from += AT_ONCE) {
            if (from % REPORT == 0) {
                System.err.println("embedded " + from + " of " + texts.size());
            }
            texts.subList(from, Math.min(texts.size(), from + AT_ONCE)).stream()
                    .map(text -> encoder.encode(Query.of(text), Instant.MAX))
                    .toList()
                    .forEach(features -> {
                        for (float value :
                                features.orTimeout(1, TimeUnit.HOURS).join().embedding()) {
                            bytes.putFloat(value);
                        }
                    });
        }
        return bytes.array();
    }
}
