package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.learn.Adam;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * P(good answer) of all models by one network over the embedding: logistic regression, or with a hidden layer a perceptron. Trained
 * by Adam on binary cross-entropy over known answers; a tenth of the queries tells when to stop.
 */
public final class Network implements Contender {
    private static final int EPOCHS = 30;
    private static final int BATCH = 32;
    private static final int PATIENCE = 4; // epochs without gain
    private static final double RATE = 2e-3;
    private static final double DECAY = 1e-4;

    private final int hidden;

    private Network(int hidden) {
        this.hidden = hidden;
    }

    public static Network logistic() {
        return new Network(0);
    }

    public static Network perceptron() {
        return new Network(64);
    }

    @Override
    public String name() {
        return hidden == 0 ? "logistic" : "MLP " + hidden;
    }

    @Override
    public String source() {
        return hidden == 0 ? "logistic regression on the embedding" : "one hidden layer, ReLU, on the embedding";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        Layers layers =
                new Layers(train.embeddings()[0].length, hidden, train.models().size(), seed);
        layers.learn(train.embeddings(), train.score(), new SplittableRandom(seed));
        LeastSquares cost = Ridge.costs(train);
        return new Guesses(name(), train.models(), (query, features) ->
                new double[][] {layers.at(features.embedding()), cost.at(features.embedding())});
    }

    private static final class Layers {
        private final int hidden;
        private final Adam first; // [hidden][inputs + 1]; empty without a hidden layer
        private final Adam last; // [outputs][hidden or inputs + 1]

        Layers(int inputs, int hidden, int outputs, long seed) {
            this.hidden = hidden;
            SplittableRandom random = new SplittableRandom(seed + 17);
            first = new Adam(hidden, inputs + 1, Math.sqrt(2.0), random);
            last = new Adam(outputs, (hidden == 0 ? inputs : hidden) + 1, hidden == 0 ? 0 : 0.1, random);
        }

        void learn(float[][] inputs, double[][] targets, SplittableRandom random) {
            int[] order = new int[inputs.length];
            Arrays.setAll(order, i -> i);
            shuffle(order, random);
            int held = Math.max(1, order.length / 10);
            int[] valid = Arrays.copyOf(order, held);
            int[] own = Arrays.copyOfRange(order, held, order.length);
            double best = Double.MAX_VALUE;
            int since = 0;
            for (int epoch = 0; epoch < EPOCHS && since <= PATIENCE; epoch++) {
                shuffle(own, random);
                for (int from = 0; from < own.length; from += BATCH) {
                    batch(inputs, targets, own, from, Math.min(own.length, from + BATCH));
                }
                double loss = loss(inputs, targets, valid);
                since = loss < best ? 0 : since + 1;
                if (loss < best) {
                    best = loss;
                    first.keep();
                    last.keep();
                }
            }
            first.recall();
            last.recall();
        }

        private void batch(float[][] inputs, double[][] targets, int[] order, int from, int to) {
            for (int i = from; i < to; i++) {
                float[] x = inputs[order[i]];
                float[] h = inner(x);
                double[] p = outer(h);
                float[] back = new float[h.length];
                for (int m = 0; m < p.length; m++) {
                    double y = targets[order[i]][m];
                    if (!Double.isNaN(y)) {
                        last.slope(m, h, (float) ((p[m] - y) / (to - from)), back);
                    }
                }
                for (int k = 0; k < hidden; k++) {
                    if (h[k] > 0) {
                        first.slope(k, x, back[k], new float[0]);
                    }
                }
            }
            first.step(RATE, DECAY);
            last.step(RATE, DECAY);
        }

        private float[] inner(float[] x) {
            if (hidden == 0) {
                return x;
            }
            float[] h = new float[hidden];
            for (int k = 0; k < hidden; k++) {
                h[k] = Math.max(0, first.dot(k, x));
            }
            return h;
        }

        private double[] outer(float[] h) {
            double[] p = new double[last.rows()];
            for (int m = 0; m < p.length; m++) {
                p[m] = 1 / (1 + Math.exp(-last.dot(m, h)));
            }
            return p;
        }

        double[] at(float[] x) {
            return outer(inner(x));
        }

        private double loss(float[][] inputs, double[][] targets, int[] queries) {
            double sum = 0;
            for (int q : queries) {
                double[] p = at(inputs[q]);
                for (int m = 0; m < p.length; m++) {
                    double y = targets[q][m];
                    sum += Double.isNaN(y) ? 0 : (p[m] - y) * (p[m] - y);
                }
            }
            return sum;
        }

        private static void shuffle(int[] values, SplittableRandom random) {
            for (int i = values.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = values[i];
                values[i] = values[j];
                values[j] = swapped;
            }
        }
    }
}
