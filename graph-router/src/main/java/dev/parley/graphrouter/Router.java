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

    /** Predictions for the candidates, in their order. Features may lack an embedding. */
    List<Prediction> predict(Query query, QueryFeatures features, List<ModelSpec> candidates);
}
