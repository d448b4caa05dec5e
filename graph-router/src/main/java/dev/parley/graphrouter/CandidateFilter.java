package dev.parley.graphrouter;

import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.routermodels.Query;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a model cannot take a request; null if it can. Reasons name the bound and what the model has. */
final class CandidateFilter {
    private static final Set<Capability> DIALECTS =
            Set.of(Capability.CHAT, Capability.COMPLETIONS, Capability.EMBEDDINGS, Capability.RESPONSES);

    private CandidateFilter() {}

    /** What the model itself cannot do, whatever the policy. */
    static @Nullable String unable(ModelSpec model, Query query) {
        String incapable = incapable(model, query);
        return incapable == null ? tooShort(model, query) : incapable;
    }

    /** The same for a prompt of any length. */
    static @Nullable String incapable(ModelSpec model, Query query) {
        boolean dialect = false;
        for (Capability need : query.needs()) {
            if (!model.can(need)) {
                return "cannot do " + need;
            }
            dialect |= DIALECTS.contains(need);
        }
        if (!dialect && !model.can(Capability.CHAT)) {
            return "cannot do CHAT";
        }
        return null;
    }

    private static @Nullable String tooShort(ModelSpec model, Query query) {
        long answer = expectedAnswer(model, query);
        long prompt = query.inputTokens(model);
        if (prompt + answer > model.contextTokens()) {
            return "its context of " + model.contextTokens() + " tokens is too short for " + prompt + " in and "
                    + answer + " out";
        }
        return null;
    }

    /** The client's cap, as far as the model goes; without one, twice what the model is expected to say. */
    static long expectedAnswer(ModelSpec model, Query query) {
        long wanted = query.maxOutputTokens() == Integer.MAX_VALUE
                ? Math.round(2 * model.card().outputTokens())
                : query.maxOutputTokens();
        return Math.min(wanted, model.maxOutputTokens());
    }

    /**
     * Which limit of the policy the prediction breaks.
     *
     * @param sufficient predicted quality that keeps the policy's minimum
     */
    static @Nullable String limited(Prediction prediction, PolicySpec policy, double sufficient) {
        Limits limits = policy.limits();
        if (limits.maxCostNanoUsd() != Long.MAX_VALUE) {
            if (prediction.costNanoUsd().isEmpty()) {
                return "its price is unknown and policy " + policy.id() + " has a cost ceiling";
            }
            if (prediction.costNanoUsd().getAsLong() > limits.maxCostNanoUsd()) {
                return "predicted cost " + Words.usd(prediction.costNanoUsd().getAsLong()) + " is above the ceiling of "
                        + Words.usd(limits.maxCostNanoUsd());
            }
        }
        if (prediction.latency().compareTo(limits.maxLatency()) > 0) {
            return "predicted latency " + prediction.latency().toMillis() + " ms is above the limit of "
                    + limits.maxLatency().toMillis() + " ms";
        }
        boolean target = policy instanceof PolicySpec.CheapestSufficient; // its minimum chooses, it does not exclude
        if (!target && prediction.quality() < sufficient) {
            String needed = sufficient > limits.minQuality() ? ", which takes " + Words.share(sufficient) : "";
            return "predicted quality " + Words.share(prediction.quality()) + " is below the minimum of "
                    + Words.share(limits.minQuality()) + needed;
        }
        return null;
    }
}
