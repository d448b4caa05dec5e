package dev.parley.graphrouter.head;

/**
 * Multinomial logistic regression of the task over the embedding and the words together. Arrays must not be changed.
 *
 * @param tasks number of tasks
 * @param directions [tasks, dimension] over the embedding
 * @param words [{@link WordBag#BUCKETS}, tasks] over the words
 */
@SuppressWarnings("ArrayRecordComponent")
public record TaskClassifier(int tasks, float[] directions, float[] words) {
    public TaskClassifier {
        if (words.length != WordBag.BUCKETS * tasks || (tasks > 0 && directions.length % tasks != 0)) {
            throw new IllegalArgumentException("a task classifier of " + tasks + " tasks with " + words.length + " and "
                    + directions.length + " weights");
        }
    }

    /** Probabilities by task, [tasks]; as plain loops, for training. */
    public double[] of(float[] embedding, WordBag bag) {
        float[] score = new float[tasks];
        for (int t = 0; t < tasks; t++) {
            int row = t * embedding.length;
            float sum = 0;
            for (int d = 0; d < embedding.length; d++) {
                sum += directions[row + d] * embedding[d];
            }
            score[t] = sum;
        }
        return withWords(score, bag);
    }

    /** Given what the embedding says of each task, [tasks], which is overwritten. */
    double[] withWords(float[] score, WordBag bag) {
        for (int i = 0; i < bag.buckets().length; i++) {
            float weight = bag.weights()[i];
            int row = bag.buckets()[i] * tasks;
            for (int t = 0; t < tasks; t++) {
                score[t] += weight * words[row + t];
            }
        }
        return softmax(score);
    }

    private static double[] softmax(float[] score) {
        double[] shares = new double[score.length];
        float most = Float.NEGATIVE_INFINITY;
        for (float s : score) {
            most = Math.max(most, s);
        }
        double sum = 0;
        for (int t = 0; t < shares.length; t++) {
            shares[t] = Math.exp(score[t] - most);
            sum += shares[t];
        }
        for (int t = 0; t < shares.length; t++) {
            shares[t] /= sum;
        }
        return shares;
    }
}
