package dev.parley.graphrouter.head;

import java.util.Arrays;
import java.util.Optional;

/**
 * A head made ready for the request path: the weights of the embedding in classifier and regressions lie side by side, so that one
 * pass over it serves all. Immutable, thread-safe.
 */
public final class HeadScorer {
    private final Head head;
    private final int dimension;
    private final int tasks;
    private final float[][] embedded; // [dimension][tasks + components of quality + of tokens]
    private final float[][] others; // [shape and tasks][components of quality + of tokens]

    public HeadScorer(Head head) {
        this.head = head;
        this.tasks = head.classifier().tasks();
        this.dimension = tasks == 0 ? 0 : head.classifier().directions().length / tasks;
        float[][] directions = Dots.columns(head.classifier().directions(), dimension);
        float[][] quality = Dots.columns(head.quality().inward(), head.quality().inputs() + 1);
        float[][] tokens = Dots.columns(head.tokens().inward(), head.tokens().inputs() + 1);
        embedded = new float[dimension][];
        for (int d = 0; d < dimension; d++) {
            embedded[d] = joined(directions[d], joined(quality[d], tokens[d]));
        }
        others = new float[tasks == 0 ? 0 : head.quality().inputs() - dimension][];
        for (int i = 0; i < others.length; i++) {
            others[i] = joined(quality[dimension + i], tokens[dimension + i]);
        }
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** Nothing if the head is empty, or the embedding is not of the length it was learnt on. */
    public Optional<Seen> see(float[] embedding, String text) {
        if (dimension == 0 || embedding.length != dimension) {
            return Optional.empty();
        }
        float[] sums = new float[embedded[0].length];
        Dots.add(embedded, embedding, sums);
        return Optional.of(new Seen(text, sums));
    }

    /** One query, half scored. */
    public final class Seen {
        private final String text;
        private final float[] sums;

        private Seen(String text, float[] sums) {
            this.text = text;
            this.sums = sums;
        }

        /** Probabilities by task. */
        public double[] tasks() {
            return head.classifier().withWords(Arrays.copyOf(sums, tasks), WordBag.of(text));
        }

        /** What the models add, given the shares of the tasks, which may be others than {@link #tasks}. */
        public Lift lift(double[] shares) {
            float[] strengths = Arrays.copyOfRange(sums, tasks, sums.length);
            Dots.add(others, Head.input(new float[0], text, shares), strengths);
            return new Lift(
                    head.quality().outward(strengths, 0),
                    head.tokens().outward(strengths, head.quality().components()));
        }
    }

    /**
     * Of one query.
     *
     * @param quality [models], to be added
     * @param tokens [models], to be added to the logarithm
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Lift(float[] quality, float[] tokens) {
        public static final Lift NONE = new Lift(new float[0], new float[0]);
    }
}
