package dev.parley.graphrouter.lab;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Embeddings of texts, computed once and kept in a file: [texts, dimension] little-endian floats. The file is named by
 * a digest of the texts, and appears only when it is whole; until then it grows as {@code .part}, and a run that was stopped goes on
 * where it was. The training of the heads keeps the same files ({@code router-models/training/heads/encoder.py}).
 */
final class EmbeddingCache {
    private static final int DIMENSION = 384;
    private static final int ROW = DIMENSION * Float.BYTES;
    private static final int AT_ONCE = 16;
    private static final int REPORT = 1024;

    private EmbeddingCache() {}

    /**
     * One a text, [texts][dimension].
     *
     * @param name of the texts together, e.g. of a table
     */
    static float[][] of(
            String name, List<String> texts, Path folder, Supplier<QueryEncoder> opener, Consumer<String> progress)
            throws IOException {
        Path file = folder.resolve(name + "-" + digest(texts) + ".f32");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try (QueryEncoder encoder = opener.get();
                    FileChannel channel = FileChannel.open(part, CREATE, WRITE)) {
                append(texts, encoder, channel, progress);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
        FloatBuffer floats = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[][] vectors = new float[texts.size()][DIMENSION];
        for (float[] vector : vectors) {
            floats.get(vector);
        }
        return vectors;
    }

    private static String digest(List<String> texts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            texts.forEach(text -> sha.update((text + "\0").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** From where the file ends. */
    private static void append(List<String> texts, QueryEncoder encoder, FileChannel channel, Consumer<String> progress)
            throws IOException {
        int known = (int) Math.min(texts.size(), channel.size() / ROW);
        channel.truncate((long) known * ROW).position((long) known * ROW);
        for (int from = known; from < texts.size(); from += AT_ONCE) {
            if ((from - known) % REPORT == 0) {
                progress.accept("embedded " + from + " of " + texts.size() + " texts");
            }
            List<String> some = texts.subList(from, Math.min(texts.size(), from + AT_ONCE));
            ByteBuffer bytes = ByteBuffer.allocate(some.size() * ROW).order(ByteOrder.LITTLE_ENDIAN);
            some.stream()
                    .map(text -> encoder.encode(Query.of(text), Instant.MAX))
                    .toList()
                    .forEach(future -> put(future.orTimeout(1, TimeUnit.HOURS).join(), bytes));
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static void put(QueryFeatures features, ByteBuffer into) {
        if (!features.embedded()) {
            throw new IllegalStateException("the encoder left a query without its embedding (was it closed?)");
        }
        for (float value : features.embedding()) {
            into.putFloat(value);
        }
    }
}
