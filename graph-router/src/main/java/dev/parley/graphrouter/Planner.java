package dev.parley.graphrouter;

import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.Map;

/** Predicts and decides. Pure given its snapshot; thread-safe; fast enough for an event loop (under 50 us for 64 models). */
public interface Planner extends Router {

    /**
     * Filters the candidates (capabilities, context, limits), weighs what the router predicts of the rest by the policy and says why. Throws
     * {@link NoCandidateException} if none is left.
     */
    Decision plan(Router router, Query query, QueryFeatures features, List<ModelSpec> candidates, Wish wish);

    /** By its own predictions. */
    default Decision plan(Query query, QueryFeatures features, List<ModelSpec> candidates, Wish wish) {
        return plan(this, query, features, candidates, wish);
    }

    /**
     * What the request asks of the plan.
     *
     * @param policy how to weigh
     * @param strategy shape of the plan
     * @param width models of a fan-out or steps of a cascade
     * @param lean quality points that each attribute of a model's card is worth to this request, see {@link Leaning}
     */
    record Wish(
            PolicySpec policy, Strategy strategy, Plan.Aggregation aggregation, int width, Map<String, Double> lean) {
        public Wish {
            lean = Map.copyOf(lean);
        }

        /** That leans to no attribute. */
        public Wish(PolicySpec policy, Strategy strategy, Plan.Aggregation aggregation, int width) {
            this(policy, strategy, aggregation, width, Map.of());
        }

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
