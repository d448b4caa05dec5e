package dev.parley.graphrouter.head;

/**
 * What is learnt beside the statistics of a graph: the task of a query, and how far quality and output tokens of each model are from
 * what its tasks let expect. Empty for a graph of few outcomes. Immutable, thread-safe.
 *
 * @param classifier of the task
 * @param quality what is added to the expected quality
 * @param tokens what is added to the logarithm of the expected tokens
 */
public record Head(TaskClassifier classifier, LowRank quality, LowRank tokens) {
    private static final int SHAPE = 4;
    private static final int LOOKED_AT = 2048; // characters counted

    /** Knows nothing. */
    public static Head none() {
        return new Head(new TaskClassifier(0, new float[0], new float[0]), LowRank.none(0, 0), LowRank.none(0, 0));
    }

    public boolean isEmpty() {
        return classifier.tasks() == 0;
    }

    /** Inputs of the regressions for embeddings of that length and so many tasks. */
    public static int inputs(int dimension, int tasks) {
        return dimension + SHAPE + tasks;
    }

    /** The embedding, the shape of the text, the shares of the tasks. */
    public static float[] input(float[] embedding, String text, double[] tasks) {
        float[] input = java.util.Arrays.copyOf(embedding, inputs(embedding.length, tasks.length));
        shape(text, input, embedding.length);
        for (int t = 0; t < tasks.length; t++) {
            input[embedding.length + SHAPE + t] = (float) tasks[t];
        }
        return input;
    }

    /** Length, words, numbers and lines: roughly centred, and small beside the embedding. */
    private static void shape(String text, float[] input, int at) {
        int looked = Math.min(text.length(), LOOKED_AT);
        int words = 0;
        int numbers = 0;
        int lines = 0;
        boolean inWord = false;
        boolean inNumber = false;
        for (int i = 0; i < looked; i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean space = c <= ' ';
            words += !space && !inWord ? 1 : 0;
            numbers += digit && !inNumber ? 1 : 0;
            lines += c == '\n' ? 1 : 0;
            inWord = !space;
            inNumber = digit;
        }
        input[at] = (float) (0.2 * (Math.log(1.0 + text.length()) - 5.5));
        input[at + 1] = (float) (0.2 * (Math.log(1.0 + words) - 4));
        input[at + 2] = (float) (0.1 * Math.sqrt(numbers) - 0.2);
        input[at + 3] = (float) (0.1 * Math.sqrt(lines) - 0.2);
    }

    /**
     * Of one query.
     *
     * @param tasks shares, [tasks]
     * @param quality [models], to be added
     * @param tokens [models], to be added to the logarithm
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Lift(double[] tasks, float[] quality, float[] tokens) {}
}
