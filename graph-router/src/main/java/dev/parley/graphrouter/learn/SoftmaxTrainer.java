package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.head.TaskClassifier;
import dev.parley.graphrouter.head.WordBag;
import java.util.random.RandomGenerator;

/** Fits a {@link TaskClassifier} by stochastic descent with Adagrad's steps (Duchi et al. 2011). Deterministic given its source. */
final class SoftmaxTrainer {
    private static final int EPOCHS = 8;
    private static final double RATE = 0.4;
    private static final double DENSE_RATE = 0.15;
    private static final int BATCH = 8; // queries between two steps of the embedding's weights

    private final float[][] embeddings;
    private final WordBag[] bags;
    private final int[] taskOf;
    private final int tasks;

    SoftmaxTrainer(float[][] embeddings, WordBag[] bags, int[] taskOf, int tasks) {
        this.embeddings = embeddings;
        this.bags = bags;
        this.taskOf = taskOf;
        this.tasks = tasks;
    }

    /** @param queries which to learn from */
    TaskClassifier fit(int[] queries, RandomGenerator random) {
        int dimension = embeddings[0].length;
        float[] directions = new float[tasks * dimension];
        float[] words = new float[WordBag.BUCKETS * tasks];
        TaskClassifier classifier = new TaskClassifier(tasks, directions, words);
        float[] wordSquares = new float[words.length];
        float[] squares = new float[directions.length];
        float[] slopes = new float[directions.length];
        int[] order = queries.clone();
        for (int epoch = 0; epoch < EPOCHS && tasks > 1; epoch++) {
            shuffle(order, random);
            for (int i = 0; i < order.length; i++) {
                int q = order[i];
                double[] miss = classifier.of(embeddings[q], bags[q]);
                miss[taskOf[q]] -= 1;
                words(bags[q], miss, words, wordSquares);
                gather(embeddings[q], miss, slopes);
                if (i % BATCH == BATCH - 1) {
                    step(directions, slopes, squares);
                }
            }
        }
        return classifier;
    }

    private void words(WordBag bag, double[] miss, float[] words, float[] squares) {
        for (int i = 0; i < bag.buckets().length; i++) {
            int row = bag.buckets()[i] * tasks;
            for (int t = 0; t < tasks; t++) {
                float slope = (float) miss[t] * bag.weights()[i];
                if (Math.abs(slope) > 1e-5f) {
                    squares[row + t] += slope * slope;
                    words[row + t] -= (float) (RATE * slope / Math.sqrt(squares[row + t] + 1e-4));
                }
            }
        }
    }

    private void gather(float[] embedding, double[] miss, float[] slopes) {
        for (int t = 0; t < tasks; t++) {
            float slope = (float) miss[t];
            if (Math.abs(slope) > 1e-4f) {
                int row = t * embedding.length;
                for (int d = 0; d < embedding.length; d++) {
                    slopes[row + d] += slope * embedding[d];
                }
            }
        }
    }

    private static void step(float[] weights, float[] slopes, float[] squares) {
        for (int i = 0; i < weights.length; i++) {
            squares[i] += slopes[i] * slopes[i];
            weights[i] -= (float) DENSE_RATE * slopes[i] / ((float) Math.sqrt(squares[i]) + 1e-3f);
            slopes[i] = 0;
        }
    }

    private static void shuffle(int[] values, RandomGenerator random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
