package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The figures of all routers of one table, means over splits. Intervals are 95 % of a paired bootstrap: in each resample every query
 * of the table is worth a Poisson(1) number, the same for all routers, for the single models and in all splits, so that queries judged
 * in several splits are not counted as so many facts. Which single models make the hull is told by the judged queries themselves, in
 * favour of the hull, but not anew in each resample: a best-of over resamples would rise with noise alone.
 */
final class Judge {
    private static final int RESAMPLES = 300;
    private static final int PLACES = 60; // on the log cost axis
    private static final double ENOUGH = 0.95;
    private static final double NO_ROOM = 1e-6; // between the hull and the oracle: shares of it mean nothing

    private final OutcomeTable table;
    private final List<Split> splits;
    private final List<Arena.Entry> entries;
    private final int oracle;
    private final List<int[]> corners; // models on the hull, by split

    Judge(OutcomeTable table, List<Split> splits, List<Arena.Entry> entries) {
        this.table = table;
        this.splits = splits;
        this.entries = entries;
        this.oracle = entries.stream().map(e -> e.name).toList().indexOf(Arena.ORACLE);
        double[] ones = ones();
        this.corners = splits.stream().map(split -> corners(split, ones)).toList();
    }

    /** A figure and its interval; NaN where there is none. */
    record Interval(double value, double low, double high) {}

    /**
     * One router.
     *
     * @param quality where only quality counts
     * @param usd then, per query
     * @param seconds then, until the whole answer; NaN where the table has no times
     * @param aiq mean quality over log cost
     * @param overHull the same, above the mix of single models
     * @param gapClosed share of the way from that mix to the oracle, over log cost
     * @param overBest above the best single model, at no more than its cost
     * @param enough cost of 95 % of the best single model's quality, as a share of its cost; infinite if never reached
     * @param equal likewise of 100 %
     */
    record Line(
            Arena.Entry entry,
            double quality,
            double usd,
            double seconds,
            double aiq,
            Interval overHull,
            Interval gapClosed,
            Interval overBest,
            double enough,
            double equal) {}

    /**
     * @param best name of the model that was best on most training halves
     * @param judged queries a split, the fewest
     */
    record Verdict(List<Line> lines, String best, double bestQuality, double bestCost, double hullAiq, int judged) {
        /** With fewer judged queries the hull, whose models they choose, is the best of many by luck. */
        private static final int FEWEST = 100;

        /** Whether there is enough to say what a router is worth. */
        boolean telling() {
            return judged >= FEWEST;
        }

        /** What there is too little of, and what to do; empty if {@link #telling}. */
        String warning() {
            return telling()
                    ? ""
                    : "Only " + judged + " queries a split to judge on: below " + FEWEST
                            + " nothing here says what a router is worth; bring more outcomes.";
        }
    }

    private static final int AIQ = 0;
    private static final int OVER_HULL = 1;
    private static final int GAP = 2;
    private static final int OVER_BEST = 3;
    private static final int ENOUGH_COST = 4;
    private static final int EQUAL_COST = 5;
    private static final int QUALITY = 6;
    private static final int USD = 7;
    private static final int FIGURES = 8;

    Verdict verdict() {
        double[] ones = ones();
        double[][] figures = figures(ones);
        double[][][] resampled = new double[RESAMPLES][][];
        SplittableRandom random = new SplittableRandom(11);
        for (int r = 0; r < RESAMPLES; r++) {
            double[] worth = new double[table.size()];
            Arrays.setAll(worth, q -> poisson(random));
            resampled[r] = figures(worth);
        }
        List<Line> lines = new ArrayList<>();
        for (int e = 0; e < entries.size(); e++) {
            double[] f = figures[e];
            lines.add(new Line(
                    entries.get(e),
                    f[QUALITY],
                    f[USD],
                    entries.get(e).replays.stream()
                            .mapToDouble(Replayed::meanSeconds)
                            .average()
                            .orElseThrow(),
                    f[AIQ],
                    interval(f, resampled, e, OVER_HULL),
                    interval(f, resampled, e, GAP),
                    interval(f, resampled, e, OVER_BEST),
                    f[ENOUGH_COST],
                    f[EQUAL_COST]));
        }
        double[] singles = singles(ones);
        int best = best(splits.getFirst());
        return new Verdict(
                lines,
                table.models().get(best),
                singles[0],
                singles[1],
                figures[0][AIQ] - figures[0][OVER_HULL],
                splits.stream().mapToInt(split -> split.test().length).min().orElseThrow());
    }

    private static double poisson(SplittableRandom random) {
        double product = random.nextDouble();
        int n = 0;
        while (product > 1 / Math.E) {
            product *= random.nextDouble();
            n++;
        }
        return n;
    }

    private static Interval interval(double[] figures, double[][][] resampled, int entry, int figure) {
        double[] values = Arrays.stream(resampled)
                .mapToDouble(r -> r[entry][figure])
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (values.length < RESAMPLES / 2) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN);
        }
        return new Interval(figures[figure], values[values.length * 25 / 1000], values[values.length * 975 / 1000]);
    }

    /** Quality and cost of the model that the training half says is best, mean over splits. */
    private double[] singles(double[] ones) {
        double quality = 0;
        double cost = 0;
        for (Split split : splits) {
            Curve.Point point = single(split, best(split), ones);
            quality += point.quality() / splits.size();
            cost += point.cost() / splits.size();
        }
        return new double[] {quality, cost};
    }

    int best(Split split) {
        double[] mean = new double[table.models().size()];
        for (int m = 0; m < mean.length; m++) {
            int model = m;
            mean[m] = Arrays.stream(split.train())
                    .filter(q -> table.known(q, model))
                    .mapToDouble(q -> table.score()[q][model])
                    .average()
                    .orElse(0);
        }
        int best = 0;
        for (int m = 1; m < mean.length; m++) {
            best = mean[m] > mean[best] ? m : best;
        }
        return best;
    }

    Curve.Point single(Split split, int model, double[] worth) {
        double all = 1e-12;
        double quality = 0;
        double cost = 0;
        for (int q : split.test()) {
            if (table.known(q, model)) {
                all += worth[q];
                quality += worth[q] * table.score()[q][model];
                cost += worth[q] * table.cost()[q][model];
            }
        }
        return new Curve.Point(cost / all, quality / all);
    }

    static Curve.Point cheapest(List<Curve.Point> points) {
        return points.stream()
                .min(Comparator.comparingDouble(Curve.Point::cost))
                .orElseThrow();
    }

    private double[] ones() {
        double[] ones = new double[table.size()];
        Arrays.fill(ones, 1);
        return ones;
    }

    private int[] corners(Split split, double[] ones) {
        List<Curve.Point> points = singles(split, ones);
        Curve hull = Curve.hull(points);
        return IntStream.range(0, points.size())
                .filter(m -> points.get(m).quality() >= hull.at(points.get(m).cost()) - 1e-12)
                .toArray();
    }

    List<Curve.Point> singles(Split split, double[] worth) {
        List<Curve.Point> points = new ArrayList<>();
        for (int m = 0; m < table.models().size(); m++) {
            points.add(single(split, m, worth));
        }
        return points;
    }

    /** By entry and figure, if each query of the table is worth so much. */
    private double[][] figures(double[] worth) {
        double[][] sums = new double[entries.size()][FIGURES];
        for (int s = 0; s < splits.size(); s++) {
            Split split = splits.get(s);
            double[] own =
                    Arrays.stream(split.test()).mapToDouble(q -> worth[q]).toArray();
            List<Curve.Point> points = singles(split, worth);
            Curve hull = new Curve(
                    Arrays.stream(corners.get(s)).mapToObj(points::get).toList());
            double least = points.stream().mapToDouble(Curve.Point::cost).min().orElseThrow();
            double most = points.stream().mapToDouble(Curve.Point::cost).max().orElseThrow();
            Curve.Point best = points.get(best(split));
            Curve.Point cheapest = cheapest(points);
            double floor = hull.meanHeight(least, most, PLACES);
            Curve ceiling = entries.get(oracle).replays.get(s).curve(own, cheapest);
            double room = ceiling.meanHeight(least, most, PLACES) - floor;
            for (int e = 0; e < sums.length; e++) {
                Replayed replayed = entries.get(e).replays.get(s);
                Curve curve = replayed.curve(own, cheapest);
                double aiq = curve.meanHeight(least, most, PLACES);
                double[] figures = {
                    aiq,
                    aiq - floor,
                    room > NO_ROOM ? (aiq - floor) / room : Double.NaN,
                    curve.at(best.cost()) - best.quality(),
                    curve.costOf(ENOUGH * best.quality()) / best.cost(),
                    curve.costOf(best.quality()) / best.cost(),
                    replayed.point(0, own).quality(),
                    replayed.point(0, own).cost()
                };
                for (int f = 0; f < FIGURES; f++) {
                    sums[e][f] += figures[f] / splits.size();
                }
            }
        }
        return sums;
    }
}
