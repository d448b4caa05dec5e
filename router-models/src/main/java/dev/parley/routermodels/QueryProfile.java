package dev.parley.routermodels;

import java.util.Optional;

/**
 * What a query asks for, as the heads read it off its embedding and its text. Immutable; the arrays must not be changed.
 *
 * @param space names and scale of the values
 * @param domains [space.domains] distribution, sums to 1
 * @param difficulty on the logit scale; 0 is the average of the texts known
 * @param outputTokens expected of an ordinary model
 * @param flags [space.flags] probabilities
 */
@SuppressWarnings("ArrayRecordComponent")
public record QueryProfile(SkillSpace space, float[] domains, double difficulty, double outputTokens, float[] flags) {

    /**
     * Probability that a model answers well.
     *
     * @param skills [space.domains] of the model, logits
     */
    public double quality(double[] skills) {
        double logit = -difficulty;
        for (int d = 0; d < domains.length; d++) {
            logit += domains[d] * skills[d];
        }
        return SkillSpace.sigmoid(logit);
    }

    /** The likeliest domain. */
    public String domain() {
        int best = 0;
        for (int d = 1; d < domains.length; d++) {
            best = domains[d] > domains[best] ? d : best;
        }
        return space.domains().get(best);
    }

    /** Probability of a flag; empty if the weights do not tell it. */
    public Optional<Double> flag(String name) {
        int at = space.flags().indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of((double) flags[at]);
    }

    /** For people, e.g. {@code math 93 %, difficulty 0.4, about 120 tokens}. */
    public String words() {
        float most = 0;
        for (float share : domains) {
            most = Math.max(most, share);
        }
        return domain() + " " + Math.round(100 * most) + " %, difficulty " + Math.round(10 * difficulty) / 10.0
                + ", about " + Math.round(outputTokens) + " tokens";
    }
}
