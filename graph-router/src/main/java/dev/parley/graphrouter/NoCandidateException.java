package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import java.util.Map;
import java.util.Optional;

/** No model passes the request's needs and limits; the message says for each why not, and what to change. */
public final class NoCandidateException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Map<ModelId, String> excluded;
    private final transient Cause cause;

    NoCandidateException(String message, Map<ModelId, String> excluded, Cause cause) {
        super(message);
        this.excluded = Map.copyOf(excluded);
        this.cause = cause;
    }

    public Map<ModelId, String> excluded() {
        return excluded;
    }

    /** Present if a shorter prompt would have found a model. */
    public Optional<TooLong> tooLong() {
        return cause instanceof TooLong length ? Optional.of(length) : Optional.empty();
    }

    /** Whether some model could take the request, if it were not for the limits of the policy or of the request. */
    public boolean limited() {
        return cause instanceof Limited;
    }

    /** What stands between the request and its models. */
    sealed interface Cause {}

    /** None can do what is asked, or there is none. */
    record Incapable() implements Cause {}

    /** Those that can are too dear, too slow or not good enough. */
    record Limited() implements Cause {}

    /**
     * Those that can have too short a context.
     *
     * @param tokens estimated, of prompt and answer
     * @param window longest context among them, in tokens
     */
    public record TooLong(long tokens, long window) implements Cause {}
}
