package dev.parley.graphrouter;

import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;

/** Predicts and decides. Pure given its snapshot; thread-safe; fast enough for an event loop (under 50 us for 64 models). */
public interface Planner extends Router {

    /**
     * Filters the candidates (capabilities, context, limits), weighs the rest by the policy and says why. Throws
     * {@link NoCandidateException} if none is left.
     */
    Decision plan(Query query, QueryFeatures features, List<ModelSpec> candidates, Wish wish);

    /**
     * What the request asks of the plan.
     *
     * @param policy how to weigh
     * @param strategy shape of the plan
     * @param width models of a fan-out or steps of a cascade
     */
    record Wish(PolicySpec policy, Strategy strategy, Plan.Aggregation aggregation, int width) {
        public static Wish of(PolicySpec policy) {
            return new Wish(policy, Strategy.SINGLE, Plan.Aggregation.FIRST, 1);
        }
    }

    /** Shapes a client may ask for; SINGLE carries the next best models as fallbacks. */
    enum Strategy {
        SINGLE,
        CASCADE,
        FANOUT
    }
}
