package dev.parley.moe.engine.gate;

import dev.parley.moe.engine.remix.Remix;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the gates choose experts for one sequence, in place of the model's own way. Masked and biased scores come before the softmax or the
 * sigmoid, so the mass of what is left out goes to the rest. Immutable by convention, thread-safe.
 *
 * @param experts per token: other counts than the trained one are Dynamic Experts Search's tiers (arXiv:2509.22572); empty for as many
 *     as the model was trained with, or for as many as {@code topP} wants
 * @param topP the heaviest experts until they hold this share of the mass, however many these are (Harder Tasks Need More Experts,
 *     arXiv:2403.07652), but no more than {@code experts} if that is given; 1 takes all of them
 * @param minP an expert with less than this share of the heaviest one's mass is skipped (Not All Experts are Equal, arXiv:2402.14800);
 *     0 skips none
 * @param only the one expert of this rank, 1 the heaviest, and no other (rank-k routing of SCMoE, arXiv:2405.14507); empty for no such
 *     wish
 * @param bias added to the gates' scores [layer][expert], negative infinity leaves an expert out; a layer without elements has none
 *     (steering by experts: RICE, arXiv:2505.14681)
 * @param remix of the mass with that of right answers, before experts are chosen; empty for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record GateRule(
        OptionalInt experts, float topP, float minP, OptionalInt only, float[][] bias, Optional<Remix> remix) {
    /** The model's own way. */
    public static final GateRule USUAL = new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.empty(), new float[0][]);

    /** As low as a score must be to have no mass, and still finite: kernels need not know infinity. */
    private static final float NOTHING = -1e9f;

    /** Without re-mixing. */
    public GateRule(OptionalInt experts, float topP, float minP, OptionalInt only, float[][] bias) {
        this(experts, topP, minP, only, bias, Optional.empty());
    }

    void lean(int layer, float[] scores) {
        if (layer >= bias.length || bias[layer].length == 0) {
            return;
        }
        for (int e = 0; e < bias[layer].length; e++) {
            scores[e] = bias[layer][e] == Float.NEGATIVE_INFINITY ? NOTHING : scores[e] + bias[layer][e];
        }
    }

    /**
     * Writes the experts to use into {@code picked}, most preferred first, and gives their number, at least 1.
     *
     * @param mass [experts], summing to 1
     * @param preference [experts], by what they are compared: mostly the mass itself
     * @param usual experts per token by training
     */
    int pick(float[] mass, float[] preference, int usual, int[] picked) {
        int rank = only.orElse(0);
        int most = rank > 0 ? rank : experts.orElse(topP < 1 ? mass.length : usual);
        float share = rank > 0 ? 1 : topP;
        float least = rank > 0 ? 0 : minP;
        float sum = 0;
        int n = 0;
        while (n < Math.min(most, mass.length) && (n == 0 || share >= 1 || sum < share)) {
            int next = next(preference, picked, n);
            if (n > 0 && !worthwhile(mass[next], preference[next], least * mass[picked[0]])) {
                break;
            }
            picked[n++] = next;
            sum += mass[next];
        }
        picked[0] = rank > 0 ? picked[n - 1] : picked[0];
        return rank > 0 ? 1 : n;
    }

    /** An expert without mass, or that must not be preferred, is never taken, but for the first. */
    private static boolean worthwhile(float mass, float preference, float least) {
        return mass > 0 && preference != Float.NEGATIVE_INFINITY && mass >= least;
    }

    private static int next(float[] preference, int[] picked, int n) {
        int best = -1;
        for (int e = 0; e < preference.length; e++) {
            if (!among(picked, n, e) && (best < 0 || preference[e] > preference[best])) {
                best = e;
            }
        }
        return best;
    }

    private static boolean among(int[] picked, int n, int expert) {
        for (int i = 0; i < n; i++) {
            if (picked[i] == expert) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GateRule that
                && experts.equals(that.experts)
                && topP == that.topP
                && minP == that.minP
                && only.equals(that.only)
                && remix.equals(that.remix)
                && Arrays.deepEquals(bias, that.bias);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {experts, topP, minP, only, remix, bias});
    }
}
