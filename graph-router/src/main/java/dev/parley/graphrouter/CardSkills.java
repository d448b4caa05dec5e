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

    static CardSkills of(ModelCard card, SkillSpace space) {
        return new CardSkills(
                space,
                space.skills(card.qualityByTask(), card.quality()),
                card.outputTokens() / ModelCard.USUAL_OUTPUT_TOKENS);
    }

    double quality(QueryProfile profile) {
        return profile.quality(skills);
    }

    double tokens(QueryProfile profile) {
        return profile.outputTokens() * verbosity;
    }
}
