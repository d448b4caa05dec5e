package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import java.util.Arrays;

/** The mean of the 100 nearest queries by cosine. */
public final class Nearest implements Contender {
    private static final int NEIGHBOURS = 100;
    private static final int BLOCK = 1024; // queries whose columns stay in the cache

    @Override
    public String name() {
        return "kNN-100";
    }

    @Override
    public String source() {
        return "CARROT's kNN form (Somerstep et al. 2025), unweighted";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        float[][][] blocks = blocks(train.embeddings());
        double[][] overall = train.means();
        double[] ones = new double[Math.min(NEIGHBOURS, train.size())];
        Arrays.fill(ones, 1);
        return new Guesses(
                name(),
                train.models(),
                (query, features) ->
                        train.means(near(blocks, features.embedding(), train.size()), ones, overall, 1e-9));
    }

    /** [block][dimension][query of the block]: a loop over the last index vectorises. */
    private static float[][][] blocks(float[][] points) {
        int dimension = points[0].length;
        float[][][] blocks = new float[(points.length + BLOCK - 1) / BLOCK][][];
        for (int b = 0; b < blocks.length; b++) {
            int size = Math.min(BLOCK, points.length - b * BLOCK);
            blocks[b] = new float[dimension][size];
            for (int i = 0; i < size; i++) {
                for (int d = 0; d < dimension; d++) {
                    blocks[b][d][i] = points[b * BLOCK + i][d];
                }
            }
        }
        return blocks;
    }

    private static int[] near(float[][][] blocks, float[] query, int size) {
        long[] keyed = new long[size];
        int at = 0;
        for (float[][] block : blocks) {
            float[] cosines = new float[block[0].length];
            for (int d = 0; d < query.length; d++) {
                float q = query[d];
                float[] column = block[d];
                for (int i = 0; i < cosines.length; i++) {
                    cosines[i] += q * column[i];
                }
            }
            for (float cosine : cosines) {
                keyed[at] = (long) ((1 - cosine) * 1e9) << 24 | at++;
            }
        }
        Arrays.sort(keyed);
        return Arrays.stream(keyed, 0, Math.min(NEIGHBOURS, size))
                .mapToInt(key -> (int) (key & 0xFFFFFF))
                .toArray();
    }
}
