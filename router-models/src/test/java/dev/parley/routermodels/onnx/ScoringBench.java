package dev.parley.routermodels.onnx;

import dev.parley.config.RoutingSpec;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.testing.Golden;
import dev.parley.routermodels.tokenize.WordPiece;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What scoring a query costs: the bare ONNX Runtime call of the encoder, the whole semantic tier (tokens, call, heads, hand-over between
 * threads), and the lexical tier. CPU microseconds of the process a query, medians of interleaved rounds. {@code make bench-scoring}.
 */
public final class ScoringBench {
    private static final int ROUNDS = 15;

    private ScoringBench() {}

    public static void main(String[] args) {
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
