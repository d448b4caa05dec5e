package dev.parley.gateway.admin;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/** Outcomes as JSON texts. */
public interface Records {
    /**
     * An array, newest first, each with its feedback.
     *
     * @param model selected model, or empty for all
     */
    Future<String> list(String model, Instant since, int limit);

    /** One outcome with its feedback. */
    Future<Optional<String>> find(String id);

    /** Aggregates of the outcomes since then, an object. */
    Future<String> statistics(Instant since);

    /** Adds feedback to a decision; false if the id is unknown. */
    Future<Boolean> feedback(String id, String metric, double value);
}
