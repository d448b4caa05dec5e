package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.head.Head;
import dev.parley.graphrouter.head.LowRank;
import dev.parley.graphrouter.head.TaskClassifier;
import dev.parley.graphrouter.head.WordBag;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Learns a {@link Head}: first the task; then, over what the shares of the tasks let expect, the part that is common to all models
 * (how hard a query is) and the directions in which models differ most. Each is a ridge regression of its own, and one that does not
 * predict out of sample is left out: with no evidence the head says what the task says. Tasks of training queries are told by
 * classifiers that did not see them, or the regressions would trust them too much.
 */
final class HeadTrainer {
    private static final int FEWEST = 200; // queries
    private static final int FOLDS = 3;
    private static final int DIRECTIONS = 8;
    private static final double TASK_SHRINKAGE = 4;

    private final int tasks;
    private final int models;
    private final int[] taskOf;
    private final double[][] quality; // [queries][models], NaN where unknown
    private final double[][] tokens;

    /**
     * Indexed by the caller.
     *
     * @param taskOf index of each sample's task
     * @param modelsOf indices of each sample's models, as its outcomes lie
     */
    HeadTrainer(List<Sample> samples, int[] taskOf, int tasks, int[][] modelsOf, int models) {
        this.tasks = tasks;
        this.models = models;
        this.taskOf = taskOf;
        this.quality = new double[samples.size()][models];
        this.tokens = new double[samples.size()][models];
        for (int q = 0; q < quality.length; q++) {
            Arrays.fill(quality[q], Double.NaN);
            Arrays.fill(tokens[q], Double.NaN);
            for (int i = 0; i < modelsOf[q].length; i++) {
                Sample.Outcome outcome = samples.get(q).outcomes().get(i);
                quality[q][modelsOf[q][i]] = outcome.score();
                tokens[q][modelsOf[q][i]] = outcome.tokens();
            }
        }
    }

    /**
     * What the texts alone tell, whoever answered them: builders that differ by their models share it.
     *
     * @param fold of each query
     * @param shares of the tasks, [queries][tasks], told out of fold
     * @param path over what the regressions see of each query
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Read(TaskClassifier classifier, int[] fold, double[][] shares, float[][] inputs, RidgePath path) {
        static Read of(List<Sample> samples, int[] taskOf, int tasks, RandomGenerator random) {
            int[] fold = samples.stream().mapToInt(s -> random.nextInt(FOLDS)).toArray();
            float[][] embeddings = samples.stream().map(Sample::embedding).toArray(float[][]::new);
            WordBag[] bags = samples.stream().map(s -> WordBag.of(s.text())).toArray(WordBag[]::new);
            SoftmaxTrainer trainer = new SoftmaxTrainer(embeddings, bags, taskOf, tasks);
            double[][] shares = new double[fold.length][];
            for (int f = 0; f < FOLDS; f++) {
                TaskClassifier classifier = trainer.fit(queries(fold, f, false), random);
                for (int q : queries(fold, f, true)) {
                    shares[q] = classifier.of(embeddings[q], bags[q]);
                }
            }
            TaskClassifier classifier =
                    trainer.fit(IntStream.range(0, fold.length).toArray(), random);
            float[][] inputs = new float[fold.length][];
            for (int q = 0; q < inputs.length; q++) {
                inputs[q] = Head.input(embeddings[q], samples.get(q).text(), shares[q]);
            }
            return new Read(classifier, fold, shares, inputs, new RidgePath(inputs, fold, FOLDS));
        }

        private static int[] queries(int[] fold, int f, boolean within) {
            return IntStream.range(0, fold.length)
                    .filter(q -> (fold[q] == f) == within)
                    .toArray();
        }
    }

    static boolean enough(List<Sample> samples) {
        return samples.size() >= FEWEST;
    }

    Head fit(Read read) {
        return new Head(
                read.classifier,
                regression(read.path, misses(read.shares)),
                words(read.path, read.inputs, read.shares));
    }

    private double[][] misses(double[][] shares) {
        double[][] expected = expected(quality, shares);
        double[][] misses = new double[quality.length][models];
        for (int q = 0; q < quality.length; q++) {
            for (int m = 0; m < models; m++) {
                double y = quality[q][m];
                misses[q][m] = Double.isNaN(y) ? Double.NaN : y - expected[q][m];
            }
        }
        return misses;
    }

    /** Of log tokens, with a constant a model that makes the means right again (smearing: Duan 1983). */
    private LowRank words(RidgePath path, float[][] inputs, double[][] shares) {
        double[][] expected = expected(tokens, shares);
        double[][] misses = new double[quality.length][models];
        for (int q = 0; q < quality.length; q++) {
            for (int m = 0; m < models; m++) {
                double y = tokens[q][m];
                misses[q][m] = Double.isNaN(y) ? Double.NaN : Math.log((y + 1e-3) / (expected[q][m] + 1e-3));
            }
        }
        LowRank raw = regression(path, misses);
        double[] said = new double[models];
        double[] got = new double[models];
        for (int q = 0; q < quality.length; q++) {
            float[] lift = raw.of(inputs[q]);
            for (int m = 0; m < models; m++) {
                if (!Double.isNaN(tokens[q][m])) {
                    said[m] += expected[q][m] * Math.exp(lift[m]);
                    got[m] += tokens[q][m];
                }
            }
        }
        float[] inward = Arrays.copyOf(raw.inward(), raw.inward().length + raw.inputs() + 1);
        inward[inward.length - 1] = 1;
        float[] outward = Arrays.copyOf(raw.outward(), raw.outward().length + models);
        for (int m = 0; m < models; m++) {
            outward[raw.outward().length + m] = said[m] > 0 && got[m] > 0 ? (float) Math.log(got[m] / said[m]) : 0;
        }
        return new LowRank(raw.inputs(), models, inward, outward);
    }

    /** What the shares of the tasks let expect of each model. */
    private double[][] expected(double[][] values, double[][] shares) {
        double[] overall = new double[models];
        double[][] means = new double[tasks][models];
        for (int m = 0; m < models; m++) {
            double sum = 0;
            double n = 0;
            double[] own = new double[tasks];
            double[] count = new double[tasks];
            for (int q = 0; q < values.length; q++) {
                double y = values[q][m];
                if (!Double.isNaN(y)) {
                    sum += y;
                    n++;
                    own[taskOf[q]] += y;
                    count[taskOf[q]]++;
                }
            }
            overall[m] = n > 0 ? sum / n : 0;
            for (int t = 0; t < tasks; t++) {
                means[t][m] = (own[t] + TASK_SHRINKAGE * overall[m]) / (count[t] + TASK_SHRINKAGE);
            }
        }
        double[][] expected = new double[values.length][models];
        for (int q = 0; q < values.length; q++) {
            for (int t = 0; t < tasks; t++) {
                for (int m = 0; m < models; m++) {
                    expected[q][m] += shares[q][t] * means[t][m];
                }
            }
        }
        return expected;
    }

    /** Unknown answers count as no miss, which shrinks models that are seldom asked. */
    private LowRank regression(RidgePath path, double[][] misses) {
        double[] common = new double[misses.length];
        double[][] apart = new double[misses.length][models];
        for (int q = 0; q < misses.length; q++) {
            common[q] = Arrays.stream(misses[q])
                    .filter(miss -> !Double.isNaN(miss))
                    .average()
                    .orElse(0);
            for (int m = 0; m < models; m++) {
                apart[q][m] = Double.isNaN(misses[q][m]) ? 0 : misses[q][m] - common[q];
            }
        }
        double[][] directions = Components.of(apart, Math.min(DIRECTIONS, models - 1));
        double[][] targets = new double[misses.length][directions.length + 1];
        for (int q = 0; q < misses.length; q++) {
            targets[q][0] = common[q];
            for (int k = 0; k < directions.length; k++) {
                for (int m = 0; m < models; m++) {
                    targets[q][k + 1] += apart[q][m] * directions[k][m];
                }
            }
        }
        float[][] weights = path.fit(targets);
        int width = weights[0].length;
        float[] inward = new float[weights.length * width];
        float[] outward = new float[weights.length * models];
        for (int k = 0; k < weights.length; k++) {
            System.arraycopy(weights[k], 0, inward, k * width, width);
            for (int m = 0; m < models; m++) {
                outward[k * models + m] = k == 0 ? 1 : (float) directions[k - 1][m];
            }
        }
        return new LowRank(width - 1, models, inward, outward);
    }
}
