package dev.parley.graphrouter;

import dev.parley.routermodels.Grams;
import java.util.Arrays;
import java.util.List;

/**
 * What a query's words say of its task: multinomial naive Bayes over hashed n-grams, beside a class for texts of no task, to which
 * all n-grams are alike; its share is spread over all tasks. Keeps no text. Immutable, thread-safe. Source: feature hashing,
 * Weinberger et al. 2009.
 *
 * @param tasks number of tasks
 * @param weights [BUCKETS, tasks]: how much likelier an n-gram is in a task than by chance, as logarithm; empty if nothing is known
 */
@SuppressWarnings("ArrayRecordComponent")
public record Lexicon(int tasks, float[] weights) {
    static final int BUCKETS = 2048; // a power of two
    private static final double SMOOTHING = 0.05; // counts added to every n-gram of a task
    private static final double OVERLAP = 0.12; // each character is in about eight n-grams: they are not independent

    public Lexicon {
        if (tasks < 0 || (weights.length != 0 && weights.length != BUCKETS * tasks)) {
            throw new IllegalArgumentException(
                    "lexicon: " + BUCKETS + " x " + tasks + " weights expected, but there are " + weights.length);
        }
    }

    /** Knows nothing of so many tasks. */
    public static Lexicon none(int tasks) {
        return new Lexicon(tasks, new float[0]);
    }

    /** @param taskOf index of each text's task */
    public static Lexicon of(List<String> texts, int[] taskOf, int tasks) {
        double[] counts = new double[BUCKETS * tasks];
        Arrays.fill(counts, SMOOTHING);
        for (int i = 0; i < taskOf.length; i++) {
            int task = taskOf[i];
            Grams.each(texts.get(i), hash -> counts[bucket(hash) * tasks + task]++);
        }
        float[] weights = new float[counts.length];
        for (int t = 0; t < tasks; t++) {
            double all = 0;
            for (int at = t; at < counts.length; at += tasks) {
                all += counts[at];
            }
            for (int at = t; at < counts.length; at += tasks) {
                weights[at] = (float) Math.log(counts[at] / all * BUCKETS);
            }
        }
        return new Lexicon(tasks, weights);
    }

    private static int bucket(int hash) {
        return hash & BUCKETS - 1;
    }

    boolean isEmpty() {
        return weights.length == 0;
    }

    /** Probabilities by task, [tasks]; even if nothing is known. Takes microseconds. */
    double[] shares(String text) {
        float[] scores = new float[tasks];
        if (!isEmpty()) {
            Grams.each(text, hash -> add(bucket(hash) * tasks, scores));
        }
        double best = 0; // the score of the class of no task
        for (float score : scores) {
            best = Math.max(best, OVERLAP * score);
        }
        double none = Math.exp(-best);
        double sum = none;
        double[] shares = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            shares[t] = Math.exp(OVERLAP * scores[t] - best);
            sum += shares[t];
        }
        for (int t = 0; t < tasks; t++) {
            shares[t] = (shares[t] + none / tasks) / sum;
        }
        return shares;
    }

    private void add(int row, float[] scores) {
        for (int t = 0; t < scores.length; t++) {
            scores[t] += weights[row + t];
        }
    }
}
