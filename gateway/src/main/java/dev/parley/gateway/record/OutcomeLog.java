package dev.parley.gateway.record;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Durable outcomes. Recording never blocks an event loop; writing happens in batches on a thread of its own. */
public interface OutcomeLog extends AutoCloseable {

    /** Takes an outcome; it is on disk within a fraction of a second, and in any case before {@link #close()} returns. */
    void record(Outcome outcome);

    /** Adds feedback to a decision and gives the decision's id; empty if what it names is unknown. */
    Future<Optional<String>> feedback(Feedback feedback);

    Future<Optional<Recorded>> find(String id);

    /** Newest first. */
    Future<List<Recorded>> list(Filter filter);

    /** Writes what is queued and closes. */
    @Override
    void close();

    /**
     * @param model selected model, or empty for all
     * @param limit at most this many
     */
    record Filter(String model, Instant since, int limit) {}

    /**
     * A user's or judge's word on an answer.
     *
     * @param decisionId id of the decision, or of its answer: ours, or the one a backend gave to an answer that was relayed
     */
    record Feedback(String decisionId, String metric, double value, String tags, Instant at) {}

    /** An outcome as stored: its JSON document and the feedback that came later. */
    record Recorded(String id, String json, List<Feedback> feedback) {
        public Recorded {
            feedback = List.copyOf(feedback);
        }
    }
}
