package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.head.Cosines;
import java.util.Arrays;

/** The mean of the 100 nearest queries by cosine. */
public final class Nearest implements Contender {
    private static final int NEIGHBOURS = 100;

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
        Cosines cosines = Cosines.of(train.embeddings());
        double[][] overall = train.means();
        double[] ones = new double[Math.min(NEIGHBOURS, train.size())];
        Arrays.fill(ones, 1);
        return new Guesses(
                name(),
                train.models(),
                (query, features) -> train.means(near(cosines.to(features.embedding())), ones, overall, 1e-9));
    }

    private static int[] near(float[] cosines) {
        long[] keyed = new long[cosines.length];
        for (int q = 0; q < keyed.length; q++) {
            keyed[q] = (long) ((1 - cosines[q]) * 1e9) << 24 | q;
        }
        Arrays.sort(keyed);
        return Arrays.stream(keyed, 0, Math.min(NEIGHBOURS, keyed.length))
                .mapToInt(key -> (int) (key & 0xFFFFFF))
                .toArray();
    }
}
