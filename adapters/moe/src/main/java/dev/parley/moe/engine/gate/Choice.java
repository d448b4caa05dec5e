package dev.parley.moe.engine.gate;

import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;

/**
 * One token's choice of experts in one layer: from scores to mass, from mass to preference, from preference to the experts that are picked.
 * Scratch memory of one thread; the next choice overwrites it.
 */
public final class Choice {
    private final Gating gating;
    private final int used;
    private final float[] mass; // [experts], summing to 1
    private final float[] preference; // [experts], negative infinity for what cannot be picked
    private final float[] groups; // [groups]
    private final int[] picked; // [experts]
    private float total; // of the affinities that mass is shares of
    private int count;

    /**
     * @param used experts per token by training
     */
    public Choice(Gating gating, int experts, int used) {
        this.gating = gating;
        this.used = used;
        mass = new float[experts];
        preference = new float[experts];
        groups = new float[gating.groups()];
        picked = new int[experts];
    }

    /**
     * What a gate says of a token.
     *
     * @param from scores at {@code at} .. {@code at + experts}
     * @param bias [experts], added to affinities where experts are compared and nowhere else: it has kept the experts evenly used in training
     *     (arXiv:2408.15664); empty for none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Scores(int layer, float[] from, int at, float[] bias) {}

    /** Chooses; what was chosen is told by the other methods. */
    public void choose(Kernels kernels, Scores scores, GateRule rule) {
        System.arraycopy(scores.from(), scores.at(), mass, 0, mass.length);
        rule.lean(scores.layer(), mass);
        if (gating.sigmoid()) {
            sigmoid();
        } else {
            kernels.softmax(mass, mass.length);
            total = 1;
        }
        rule.remix().ifPresent(remix -> remix.apply(scores.layer(), mass));
        count = rule.pick(mass, preferred(scores.bias()), used, picked);
    }

    private void sigmoid() {
        double sum = 0;
        for (int e = 0; e < mass.length; e++) {
            mass[e] = (float) (1 / (1 + Math.exp(-mass[e])));
            sum += mass[e];
        }
        total = (float) Math.max(sum, Float.MIN_NORMAL);
        for (int e = 0; e < mass.length; e++) {
            mass[e] /= total;
        }
    }

    /** By what experts are compared. */
    private float[] preferred(float[] bias) {
        if (bias.length == 0 && gating.groups() == 1) {
            return mass;
        }
        for (int e = 0; e < mass.length; e++) {
            float leaning = bias.length == 0 ? 0 : bias[e];
            preference[e] = mass[e] > 0 ? mass[e] * total + leaning : Float.NEGATIVE_INFINITY;
        }
        if (gating.groups() > 1) {
            leaveGroupsOut();
        }
        return preference;
    }

    private void leaveGroupsOut() {
        int size = mass.length / groups.length;
        for (int g = 0; g < groups.length; g++) {
            groups[g] = bestTwo(g * size, size);
        }
        for (int left = groups.length; left > gating.groupsUsed(); left--) {
            int worst = worstGroup();
            groups[worst] = Float.NaN;
            Arrays.fill(preference, worst * size, (worst + 1) * size, Float.NEGATIVE_INFINITY);
        }
    }

    private float bestTwo(int from, int size) {
        float best = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int e = from; e < from + size; e++) {
            second = Math.max(second, Math.min(best, preference[e]));
            best = Math.max(best, preference[e]);
        }
        return best + second;
    }

    /** The last of the worst that are not left out yet. */
    private int worstGroup() {
        int worst = -1;
        for (int g = 0; g < groups.length; g++) {
            if (!Float.isNaN(groups[g]) && (worst < 0 || groups[g] <= groups[worst])) {
                worst = g;
            }
        }
        return worst;
    }

    /** [experts], what each expert's affinity is of that of all; summing to 1. */
    public float[] mass() {
        return mass;
    }

    /** The experts, most preferred first, in its first {@link #count} elements. */
    public int[] picked() {
        return picked;
    }

    public int count() {
        return count;
    }

    /** Writes the weights of the picked experts, in their order, into {@code out}. */
    public void weigh(float[] out) {
        float sum = 0;
        for (int k = 0; k < count; k++) {
            sum += mass[picked[k]];
        }
        for (int k = 0; k < count; k++) {
            float own = mass[picked[k]];
            out[k] = gating.ofChosen() ? (sum > 0 ? own / sum : 0) : own * total;
        }
    }
}
