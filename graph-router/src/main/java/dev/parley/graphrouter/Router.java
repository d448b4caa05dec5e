package dev.parley.graphrouter;

import dev.parley.config.ModelId;
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

    /** The probability with which this model comes first among those predicted: below 1 only for a router that draws. */
    default double propensity(ModelId first, List<Prediction> field) {
        return 1;
    }

    /**
     * Predictions and what they rest on.
     *
     * @param router who predicted: the router asked, or the one it left it to
     * @param tier what told the task of the query
     * @param predictions of all candidates, in their order
     */
    record Forecast(String router, Tier tier, List<Prediction> predictions) {}
}
