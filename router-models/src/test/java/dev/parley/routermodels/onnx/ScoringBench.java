package dev.parley.routermodels.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parley.config.RoutingSpec;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.testing.Golden;
import dev.parley.routermodels.tokenize.WordPiece;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.LongBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What scoring a query costs: the bare ONNX Runtime call of the encoder, the whole semantic tier (tokens, call, heads, hand-over between
 * threads), and the lexical tier. CPU microseconds of the process a query, medians of interleaved rounds. {@code make bench-scoring}.
 */
public final class ScoringBench {
    private static final int ROUNDS = 15;
    private static final int BATCHED = 16; // rows a round
    private static final int TOKENS = 32;

    private ScoringBench() {}

    public static void main(String[] args) throws OrtException, IOException {
        List<String> texts = Golden.all().stream()
                .filter(row -> row.said().length > 0)
                .map(Golden::text)
                .toList();
        RoutingSpec spec = new RoutingSpec("balanced", RoutingSpec.Device.CPU, 1, 128, Duration.ofSeconds(5), "");
        LexicalHeads lexical = LexicalHeads.open();
        try (MiniLmEncoder encoder = MiniLmEncoder.open(spec)) {
            WordPiece tokenizer = MiniLmEncoder.tokenizer();
            List<int[]> ids =
                    texts.stream().map(text -> tokenizer.encode(text, 128)).toList();
            double[][] micros = new double[3][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                micros[0][round] = perQuery(texts.size(), () -> ids.forEach(encoder::bare));
                micros[1][round] = perQuery(
                        texts.size(),
                        () -> texts.forEach(text ->
                                encoder.encode(Query.of(text), Instant.MAX).join()));
                micros[2][round] = perQuery(50 * texts.size(), () -> {
                    for (int i = 0; i < 50; i++) {
                        texts.forEach(lexical::read);
                    }
                });
            }
            double bare = median(micros[0]);
            System.out.printf(
                    Locale.ROOT,
                    "%d texts, %d rounds; CPU us a query, median%nbare ONNX Runtime call %.0f%nsemantic tier %.0f = %.3fx (aim 1.15x)%nlexical tier %.1f (aim 100)%n",
                    texts.size(),
                    ROUNDS,
                    bare,
                    median(micros[1]),
                    median(micros[1]) / bare,
                    median(micros[2]));
        }
        batches();
    }

    /** What a pass over several rows at once would bring: the encoder takes one at a time ({@link OrtInference} says why). */
    private static void batches() throws OrtException, IOException {
        OrtEnvironment environment = OrtRuntime.environment();
        try (InputStream model =
                        Objects.requireNonNull(ScoringBench.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx"));
                OrtSession session = environment.createSession(model.readAllBytes(), OrtRuntime.options())) {
            for (int rows : new int[] {1, 2, 4, 8, 16}) {
                double[] micros = new double[ROUNDS];
                for (int round = 0; round < ROUNDS; round++) {
                    micros[round] = perQuery(BATCHED, () -> passes(environment, session, rows));
                }
                System.out.printf(
                        Locale.ROOT,
                        "%2d rows of %d tokens a pass: %.0f us a row, %.0f rows a second and core%n",
                        rows,
                        TOKENS,
                        median(micros),
                        1e6 / median(micros));
            }
        }
    }

    private static void passes(OrtEnvironment environment, OrtSession session, int rows) {
        long[] shape = {rows, TOKENS};
        long[] ids = new long[rows * TOKENS];
        Arrays.setAll(ids, i -> 2000 + 37 * i % 20000);
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape)) {
            for (int pass = 0; pass < BATCHED / rows; pass++) {
                session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))
                        .close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double perQuery(int queries, Runnable work) {
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begun = os.getProcessCpuTime();
        work.run();
        return (os.getProcessCpuTime() - begun) / 1e3 / queries;
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.copyOfRange(values, ROUNDS / 3, ROUNDS); // the first rounds warm up
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
