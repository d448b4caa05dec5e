package dev.parley.graphrouter;

import dev.parley.config.ModelCard;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;

/**
 * A declared card as skills: what is expected of a model without outcomes depends on what the query asks for and how hard it is. A
 * card's {@code quality_by_task} may name the heads' yardsticks (math, code, ..., gsm8k, mmlu, ...); where it does not, its
 * {@code quality} stands. Source:
 * item response theory with interpretable skills (docs/heads.md). Immutable; worked out once per model.
 *
 * @param skills [domains], logits
 * @param verbosity how much longer the model's answers are than an ordinary model's
 */
@SuppressWarnings("ArrayRecordComponent")
record CardSkills(SkillSpace space, double[] skills, double verbosity) {
    /** By about so much the difficulty of one question wanders with its wording: not enough to change the model for. */
    private static final double DOUBT = 0.4;

    static CardSkills of(ModelCard card, SkillSpace space) {
        return new CardSkills(
                space,
                space.steady(DOUBT).skills(card.qualityByTask(), card.quality()),
                card.outputTokens() / ModelCard.USUAL_OUTPUT_TOKENS);
    }

    /** The profile that {@link #quality} wants: once a query, not once a model. */
    static QueryProfile steady(QueryProfile profile) {
        return profile.steady(DOUBT);
    }

    /** @param steady by {@link #steady} */
    double quality(QueryProfile steady) {
        return steady.quality(skills);
    }

    double tokens(QueryProfile profile) {
        return profile.outputTokens() * verbosity;
    }
}
