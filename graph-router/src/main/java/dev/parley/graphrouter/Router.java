package dev.parley.graphrouter;

import dev.parley.config.ModelSpec;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;

/**
 * Predicts what each candidate would make of a query. How quality is weighed against cost is a policy's business, not a router's:
 * so a router can be swapped, replayed and judged for all policies at once. The gateway plans with one, the lab compares many.
 * Thread-safe; pure given its snapshot; fast enough for an event loop (under 50 us for 64 models) where the gateway uses it.
 */
public interface Router {
    /** By what decisions, reports and tables name it. */
    String name();

    /** What is expected of the candidates, in their order. Features may lack an embedding. */
    Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates);

    /** The predictions of {@link #forecast}. */
    default List<Prediction> predict(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return forecast(query, features, candidates).predictions();
    }

    /** Least predicted quality of the cheapest sufficient model that gets, on average, the quality asked for, 0..1. */
    default double sufficient(double asked) {
        return asked;
    }

    /**
     * All that {@link #forecast} might have said of this query, for a router that draws; empty for one that does not. A planner needs them to
     * tell how probable its choice was, for the policy may choose otherwise than was drawn.
     */
    default List<Chance> chances(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return List.of();
    }

    /** @param probability of the forecast; those of all chances sum to 1 */
    record Chance(double probability, Forecast forecast) {}

    /**
     * Predictions and what they rest on.
     *
     * @param router who predicted: the router asked, or the one it left it to
     * @param tier what told the task of the query
     * @param predictions of all candidates, in their order
     */
    record Forecast(String router, Tier tier, List<Prediction> predictions) {}
}
