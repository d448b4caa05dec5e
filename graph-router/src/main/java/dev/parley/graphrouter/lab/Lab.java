package dev.parley.graphrouter.lab;

import dev.parley.config.RoutingSpec;
import dev.parley.graphrouter.lab.Frontier.Point;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.onnx.MiniLmEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Compares routers on a table of outcomes over several random 70/30 splits. Main class; arguments: the directory with the tables,
 * a table's name, a folder for cached embeddings, and optionally which n-th query to keep (1), splits (5), anchors (512).
 *
 * <p>Columns: quality and cost where only quality counts; "over mix" is the height over the random mix of single models at that
 * cost; "gap closed" is the share of the area between that mix and the oracle (quality against log cost) over all cost weights.
 * The interval is a 95 % bootstrap over splits and test queries of quality.
 */
public final class Lab {
    private static final double[] COST_WEIGHTS = {0, 1, 3, 10, 30, 100, 300, 1000, 3000, 1e4, 3e4, 1e5, 1e6};
    private static final int RESAMPLES = 500;

    private final OutcomeTable table;
    private final float[][] embeddings;
    private final int anchors;
    private final Map<String, Score> scores = new LinkedHashMap<>();

    /** Sums over splits of one router. */
    private static final class Score {
        final List<Double> qualities = new ArrayList<>(); // of each test query where only quality counts
        double cost;
        double overMix;
        double closed;
        int splits;
    }

    Lab(OutcomeTable table, float[][] embeddings, int anchors) {
        this.table = table;
        this.embeddings = embeddings;
        this.anchors = anchors;
    }

    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            System.err.println("usage: Lab DIRECTORY TABLE CACHE_FOLDER [EVERY [SPLITS [ANCHORS]]]");
            System.exit(2);
        }
        int every = args.length > 3 ? Integer.parseInt(args[3]) : 1;
        int splits = args.length > 4 ? Integer.parseInt(args[4]) : 5;
        int anchors = args.length > 5 ? Integer.parseInt(args[5]) : 512;
        OutcomeTable table = OutcomeTable.read(Path.of(args[0]), args[1], every);
        Path cache = Path.of(args[2]).resolve(args[1] + "-" + every + ".f32");
        float[][] embeddings = EmbeddingCache.of(table.queries(), cache, Lab::encoder);
        System.out.println(new Lab(table, embeddings, anchors).report(args[1], splits));
    }

    private static QueryEncoder encoder() {
        return MiniLmEncoder.open(new RoutingSpec("", RoutingSpec.Device.AUTO, 1, 64, Duration.ofSeconds(1), ""));
    }

    String report(String name, int splits) {
        for (int split = 0; split < splits; split++) {
            split(split);
        }
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %d queries x %d models, %d splits 70/30%n%-18s %8s  %-15s %12s %9s %11s%n",
                name,
                table.size(),
                table.models().size(),
                splits,
                "router",
                "quality",
                "95 %",
                "USD / 1000",
                "over mix",
                "gap closed"));
        scores.forEach((router, score) -> out.append(line(router, score)));
        return out.toString();
    }

    private static String line(String router, Score score) {
        double[] interval = interval(score.qualities);
        return String.format(
                Locale.ROOT,
                "%-18s %8.4f  %.4f - %.4f %12.4f %+9.4f %9.1f %%%n",
                router,
                score.qualities.stream().mapToDouble(q -> q).average().orElse(0),
                interval[0],
                interval[1],
                1000 * score.cost / score.splits,
                score.overMix / score.splits,
                100 * score.closed / score.splits);
    }

    private static double[] interval(List<Double> values) {
        SplittableRandom random = new SplittableRandom(7);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.size(); i++) {
                sum += values.get(random.nextInt(values.size()));
            }
            means[r] = sum / values.size();
        }
        Arrays.sort(means);
        return new double[] {means[RESAMPLES * 25 / 1000], means[RESAMPLES * 975 / 1000]};
    }

    private void split(int seed) {
        int[] order = IntStream.range(0, table.size()).toArray();
        SplittableRandom random = new SplittableRandom(1000 + seed);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        int cut = order.length * 7 / 10;
        int[] train = Arrays.copyOf(order, cut);
        int[] test = Arrays.copyOfRange(order, cut, order.length);
        Round round = new Round(train, test);
        round.singles();
        for (Contender contender : new Contenders(table, embeddings, train).all(anchors, seed)) {
            double[][][] expected =
                    Arrays.stream(test).mapToObj(contender::expect).toArray(double[][][]::new);
            round.routed(contender.name(), expected);
        }
        round.routed(
                "oracle",
                Arrays.stream(test)
                        .mapToObj(q -> new double[][] {table.score()[q], table.cost()[q]})
                        .toArray(double[][][]::new));
        round.close();
    }

    /** One split. */
    private final class Round {
        private final int[] train;
        private final int[] test;
        private final Frontier mix;
        private final double least;
        private final double most;
        private final Map<String, Double> area = new LinkedHashMap<>();

        Round(int[] train, int[] test) {
            this.train = train;
            this.test = test;
            List<Point> points = new ArrayList<>();
            for (int m = 0; m < table.models().size(); m++) {
                points.add(new Point(mean(table.cost(), test, m), mean(table.score(), test, m)));
            }
            mix = new Frontier(points);
            least = points.stream().mapToDouble(Point::cost).min().orElseThrow();
            most = points.stream().mapToDouble(Point::cost).max().orElseThrow();
        }

        private static double mean(double[][] values, int[] queries, int model) {
            return Arrays.stream(queries)
                    .mapToDouble(q -> values[q][model])
                    .average()
                    .orElse(0);
        }

        /** The best single model by the training half, and one at random per query. */
        void singles() {
            int best = 0;
            for (int m = 1; m < table.models().size(); m++) {
                best = mean(table.score(), train, m) > mean(table.score(), train, best) ? m : best;
            }
            int[] always = new int[test.length];
            Arrays.fill(always, best);
            enter("best single", always);
            SplittableRandom random = new SplittableRandom(3);
            enter(
                    "random",
                    Arrays.stream(test)
                            .map(q -> random.nextInt(table.models().size()))
                            .toArray());
        }

        void routed(String name, double[][][] expected) {
            List<Point> curve = new ArrayList<>();
            for (double weight : COST_WEIGHTS) {
                curve.add(point(choices(expected, weight)));
            }
            area.put(name, new Frontier(curve).meanOver(mix, least, most));
            enter(name, choices(expected, 0));
        }

        private int[] choices(double[][][] expected, double weight) {
            return Arrays.stream(expected).mapToInt(e -> best(e, weight)).toArray();
        }

        /** Ties go to the cheaper model. */
        private static int best(double[][] expected, double weight) {
            int best = 0;
            for (int m = 1; m < expected[0].length; m++) {
                double lead = expected[0][m] - expected[0][best] - weight * (expected[1][m] - expected[1][best]);
                if (lead > 1e-9 || (lead > -1e-9 && expected[1][m] < expected[1][best])) {
                    best = m;
                }
            }
            return best;
        }

        private Point point(int[] choices) {
            double cost = 0;
            double quality = 0;
            for (int i = 0; i < test.length; i++) {
                cost += table.cost()[test[i]][choices[i]] / test.length;
                quality += table.score()[test[i]][choices[i]] / test.length;
            }
            return new Point(cost, quality);
        }

        private void enter(String name, int[] choices) {
            Score score = scores.computeIfAbsent(name, n -> new Score());
            Point point = point(choices);
            for (int i = 0; i < test.length; i++) {
                score.qualities.add(table.score()[test[i]][choices[i]]);
            }
            score.cost += point.cost();
            score.overMix += point.quality() - mix.at(point.cost());
            score.splits++;
        }

        void close() {
            double oracle = area.getOrDefault("oracle", 1.0);
            area.forEach((name, own) -> scores.computeIfAbsent(name, n -> new Score()).closed += own / oracle);
        }
    }
}
