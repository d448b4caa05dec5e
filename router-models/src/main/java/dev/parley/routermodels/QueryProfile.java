package dev.parley.routermodels;

import java.util.Optional;

/**
 * What a query asks for, as the heads read it off its embedding and its text. Immutable; the arrays must not be changed.
 *
 * @param space names and scale of the values
 * @param domains [space.domains] distribution, sums to 1: how much each skill counts
 * @param involved [space.domains] probability that the query involves the domain, each for itself: a query may be of several
 * @param difficulty on the logit scale; 0 is the average of the texts known
 * @param outputTokens expected of an ordinary model
 * @param flags [space.flags] probabilities
 * @param language of its text
 */
@SuppressWarnings("ArrayRecordComponent")
public record QueryProfile(
        SkillSpace space,
        float[] domains,
        float[] involved,
        double difficulty,
        double outputTokens,
        float[] flags,
        Language language) {

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

    /** The same on the space's {@linkplain SkillSpace#steady steady} scale. */
    public QueryProfile steady(double doubt) {
        return new QueryProfile(
                space,
                domains,
                involved,
                SkillSpace.steady(difficulty, space.usual(domains), doubt),
                outputTokens,
                flags,
                language);
    }

    /** The likeliest domain. */
    public String domain() {
        int best = 0;
        for (int d = 1; d < domains.length; d++) {
            best = domains[d] > domains[best] ? d : best;
        }
        return space.domains().get(best);
    }

    /** Probability that the query involves a domain; empty if the weights do not tell it. */
    public Optional<Double> involves(String domain) {
        int at = space.domains().indexOf(domain);
        return at < 0 ? Optional.empty() : Optional.of((double) involved[at]);
    }

    /** Probability of a flag; empty if the weights do not tell it. */
    public Optional<Double> flag(String name) {
        int at = space.flags().indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of((double) flags[at]);
    }

    /** For people, e.g. {@code math 93 %, also science, difficulty 0.4, about 120 tokens, language en}. */
    public String words() {
        float most = 0;
        for (float share : domains) {
            most = Math.max(most, share);
        }
        String domain = domain();
        StringBuilder also = new StringBuilder();
        for (int d = 0; d < involved.length; d++) {
            String other = space.domains().get(d);
            also.append(involved[d] >= 0.5 && !other.equals(domain) ? ", also " + other : "");
        }
        return domain + " " + Math.round(100 * most) + " %" + also + ", difficulty "
                + Math.round(10 * difficulty) / 10.0 + ", about " + Math.round(outputTokens) + " tokens, language "
                + language.likely();
    }
}
