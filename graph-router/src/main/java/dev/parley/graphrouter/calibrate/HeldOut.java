package dev.parley.graphrouter.calibrate;

import dev.parley.config.PolicySpec;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a graph predicted of queries it had not learnt from, and what came of them: a sample, without texts. It tells what the graph is
 * worth at the prices of the day, and which thresholds keep a risk. Arrays must not be changed; NaN stands for what is not known.
 *
 * @param models number of them, in the graph's order
 * @param inputTokens [queries] estimated
 * @param quality [queries, models] predicted as it is served
 * @param outputTokens [queries, models] predicted
 * @param score [queries, models] seen, 0..1
 * @param usedTokens [queries, models] of output, seen
 * @param doubt [queries, models] 1 less the smallest token probability of the answer, as a cascade sees it
 */
@SuppressWarnings("ArrayRecordComponent")
public record HeldOut(
        int models,
        float[] inputTokens,
        float[] quality,
        float[] outputTokens,
        float[] score,
        float[] usedTokens,
        float[] doubt) {
    private static final int MOST_CELLS = 1 << 16; // half a megabyte of a graph's file

    /** Nothing is known. */
    public static final HeldOut NONE =
            new HeldOut(0, new float[0], new float[0], new float[0], new float[0], new float[0]);

    public HeldOut {
        int cells = inputTokens.length * models;
        if (quality.length != cells
                || outputTokens.length != cells
                || score.length != cells
                || usedTokens.length != cells
                || doubt.length != cells) {
            throw new IllegalArgumentException("held out: " + inputTokens.length + " queries x " + models
                    + " models expected, but there are " + quality.length + ", " + outputTokens.length + ", "
                    + score.length + ", " + usedTokens.length + " and " + doubt.length + " values");
        }
    }

    /** Of answers whose tokens' probabilities nobody told. */
    public HeldOut(
            int models, float[] inputTokens, float[] quality, float[] outputTokens, float[] score, float[] usedTokens) {
        this(models, inputTokens, quality, outputTokens, score, usedTokens, new float[score.length]);
        Arrays.fill(doubt, Float.NaN);
    }

    /** The same with the doubts of the answers, [queries, models]. */
    public HeldOut doubting(float[] doubts) {
        return new HeldOut(models, inputTokens, quality, outputTokens, score, usedTokens, doubts);
    }

    /**
     * A sample of at most {@value #MOST_CELLS} cells of queries x models, spread evenly over the queries given.
     *
     * @param input [queries] tokens
     * @param quality [queries][models] predicted
     * @param outputTokens likewise
     */
    public static HeldOut sampled(double[] input, double[][] quality, double[][] outputTokens, Seen seen) {
        int models = quality.length == 0 ? 0 : quality[0].length;
        int kept = Math.min(input.length, MOST_CELLS / Math.max(1, models));
        int[] rows = IntStream.range(0, kept)
                .map(i -> (int) ((long) i * input.length / kept))
                .toArray();
        float[] tokens = new float[kept];
        for (int i = 0; i < kept; i++) {
            tokens[i] = (float) input[rows[i]];
        }
        return new HeldOut(
                models,
                tokens,
                flat(quality, rows, models),
                flat(outputTokens, rows, models),
                flat(seen.score, rows, models),
                flat(seen.tokens, rows, models),
                flat(seen.doubt, rows, models));
    }

    /** What came of the queries, [queries][models] each, as the sample keeps it. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Seen(double[][] score, double[][] tokens, double[][] doubt) {}

    private static float[] flat(double[][] values, int[] rows, int models) {
        float[] flat = new float[rows.length * models];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) values[rows[i / models]][i % models];
        }
        return flat;
    }

    public int queries() {
        return inputTokens.length;
    }

    /** Whether the outcome of a model on a query is known. */
    public boolean known(int query, int model) {
        return !Float.isNaN(score[query * models + model]);
    }

    /**
     * Thresholds of sending a query to the weak model where the strong one's predicted lead is at most so much; the loss is what the
     * strong one's answer was better by. Of the queries both answered.
     */
    public RiskControl risk(int strong, int weak, PolicySpec.Lead lead) {
        double[] leads = new double[queries()];
        double[] losses = new double[queries()];
        int pairs = 0;
        for (int q = 0; q < queries(); q++) {
            if (known(q, strong) && known(q, weak)) {
                leads[pairs] = lead.of(quality[q * models + strong], quality[q * models + weak]);
                losses[pairs++] = loss(q, strong, weak);
            }
        }
        return new RiskControl(Arrays.copyOf(leads, pairs), Arrays.copyOf(losses, pairs));
    }

    /**
     * Thresholds of keeping the weak model's answer where its doubt is at most so much, instead of asking the strong one; the loss is what
     * the strong one's answer was better by. Of the queries both answered and whose answer's doubt is known.
     */
    public RiskControl keeping(int strong, int weak) {
        int[] told = IntStream.range(0, queries())
                .filter(q -> known(q, strong) && known(q, weak) && !Float.isNaN(doubt[q * models + weak]))
                .toArray();
        return new RiskControl(
                Arrays.stream(told).mapToDouble(q -> doubt[q * models + weak]).toArray(),
                Arrays.stream(told).mapToDouble(q -> loss(q, strong, weak)).toArray());
    }

    private double loss(int query, int strong, int weak) {
        return Math.max(0, score[query * models + strong] - score[query * models + weak]);
    }
}
