package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Learns a {@link Recalibration} from predictions of queries that were not learnt from. What must be predicted so that what is asked
 * for is got is read off a replay of the policy: for each bar, the cheapest model predicted to reach it is taken, and its mean score is
 * compared with the bar. A graph knows no prices, so models are taken to cost the more the better they are, as on the market.
 */
final class Recalibrator {
    private static final int FEWEST = 200; // outcomes that a curve of a model's or a task's own needs
    private static final int FEWEST_CHOSEN = 100;
    private static final int BARS = 100; // thresholds replayed
    private static final int ASKED = 20;

    private final int[] taskOf;
    private final double[][] predicted; // [queries][models], out of sample
    private final double[][] score; // [queries][models], NaN where unknown

    Recalibrator(int[] taskOf, double[][] predicted, double[][] score) {
        this.taskOf = taskOf;
        this.predicted = predicted;
        this.score = score;
    }

    Recalibration fit(int tasks, int models) {
        Isotonic overall = new Isotonic();
        Isotonic[] byTask = isotonics(tasks);
        Isotonic[] byModel = isotonics(models);
        for (int q = 0; q < score.length; q++) {
            for (int m = 0; m < models; m++) {
                if (!Double.isNaN(score[q][m])) {
                    overall.add(predicted[q][m], score[q][m]);
                    byTask[taskOf[q]].add(predicted[q][m], score[q][m]);
                    byModel[m].add(predicted[q][m], score[q][m]);
                }
            }
        }
        Recalibration chances =
                new Recalibration(curves(byModel), curves(byTask), curve(overall), Curve.NONE, HeldOut.NONE);
        Curve demand = demand(believed(chances, models), models);
        return new Recalibration(chances.models(), chances.tasks(), chances.overall(), demand, HeldOut.NONE);
    }

    private static Isotonic[] isotonics(int n) {
        return Stream.generate(Isotonic::new).limit(n).toArray(Isotonic[]::new);
    }

    private static List<Curve> curves(Isotonic[] fits) {
        return Arrays.stream(fits).map(Recalibrator::curve).toList();
    }

    private static Curve curve(Isotonic fit) {
        return fit.size() < FEWEST ? Curve.NONE : fit.curve();
    }

    /** What is predicted once it is set right, [queries][models]. */
    double[][] believed(Recalibration chances, int models) {
        double[][] believed = new double[score.length][models];
        for (int q = 0; q < score.length; q++) {
            for (int m = 0; m < models; m++) {
                believed[q][m] = chances.quality(m, taskOf[q], predicted[q][m]);
            }
        }
        return believed;
    }

    private Curve demand(double[][] believed, int models) {
        double[] got = got(believed, cheapestFirst(models));
        float[] from = new float[ASKED + 1];
        float[] to = new float[ASKED + 1];
        for (int a = 0; a <= ASKED; a++) {
            from[a] = a / (float) ASKED;
            to[a] = Math.max(bar(got, from[a]), a > 0 ? to[a - 1] : 0);
        }
        return Arrays.equals(from, to) ? Curve.SAME : new Curve(from, to);
    }

    /** The lowest bar that keeps what is asked; where none does, the one that comes nearest. */
    private static float bar(double[] got, float asked) {
        int best = -1;
        for (int bar = (int) Math.ceil(asked * BARS - 1e-4); bar <= BARS && !Double.isNaN(got[bar]); bar++) {
            if (got[bar] >= asked) {
                return Math.max(asked, bar / (float) BARS);
            }
            best = best < 0 || got[bar] > got[best] ? bar : best;
        }
        return Math.max(asked, best / (float) BARS);
    }

    private int[] cheapestFirst(int models) {
        double[] mean = new double[models];
        for (int m = 0; m < models; m++) {
            int model = m;
            mean[m] = Arrays.stream(score)
                    .mapToDouble(row -> row[model])
                    .filter(s -> !Double.isNaN(s))
                    .average()
                    .orElse(1);
        }
        return IntStream.range(0, models)
                .boxed()
                .sorted(Comparator.comparingDouble(m -> mean[m]))
                .mapToInt(m -> m)
                .toArray();
    }

    /** Mean score of what is chosen at each bar, less its standard error; NaN where too little is chosen to tell. */
    private double[] got(double[][] believed, int[] order) {
        double[] got = new double[BARS + 1];
        for (int bar = 0; bar <= BARS; bar++) {
            double sum = 0;
            double squares = 0;
            int n = 0;
            for (int q = 0; q < score.length; q++) {
                int chosen = chosen(believed[q], score[q], order, bar / (double) BARS);
                if (chosen >= 0) {
                    sum += score[q][chosen];
                    squares += score[q][chosen] * score[q][chosen];
                    n++;
                }
            }
            double mean = sum / n;
            got[bar] = n < FEWEST_CHOSEN ? Double.NaN : mean - Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
        }
        return got;
    }

    private static int chosen(double[] believed, double[] score, int[] order, double bar) {
        for (int m : order) {
            if (believed[m] >= bar && !Double.isNaN(score[m])) {
                return m;
            }
        }
        return -1;
    }
}
