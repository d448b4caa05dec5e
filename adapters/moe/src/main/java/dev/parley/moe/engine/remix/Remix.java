package dev.parley.moe.engine.remix;

/**
 * Re-mixing at test time (C3PO, arXiv:2504.07964, by mode finding): in critical layers a token's gate leans towards what gates did for
 * the nearest tokens of right answers, {@code (1 - weight) mass + weight mean}. Nothing is learnt and no second pass is needed. All tokens
 * are mixed, not the prompt's last alone as there, so that what is computed does not depend on where a prompt ends.
 *
 * @param neighbours how many references, at least 1
 * @param weight of their mean, in (0, 1]
 */
public record Remix(GateReferences references, int neighbours, float weight) {

    /** Mixes {@code mass} [experts], which sums to 1 before and after; what has none gets none. */
    public void apply(int layer, float[] mass) {
        float[] mean = new float[mass.length];
        if (!references.nearest(layer, mass, neighbours, mean)) {
            return;
        }
        float sum = 0;
        for (int e = 0; e < mass.length; e++) {
            mass[e] = mass[e] <= 0 ? 0 : (1 - weight) * mass[e] + weight * mean[e];
            sum += mass[e];
        }
        for (int e = 0; e < mass.length && sum > 0; e++) {
            mass[e] /= sum;
        }
    }
}
