package dev.parley.chat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The one error of a call. Its message is client-safe: it names field, place and remedy, never an upstream's address, key or stack.
 * Details for operators go to {@link #getCause()}.
 */
public final class ChatFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String param;
    private final int upstreamStatus;
    private final Duration retryAfter;
    private final transient Optional<Excess> excess;
    private final transient List<ChatFailure> causes;

    private ChatFailure(Builder builder) {
        super(builder.message, builder.cause);
        this.kind = builder.kind;
        this.param = builder.param;
        this.upstreamStatus = builder.upstreamStatus;
        this.retryAfter = builder.retryAfter;
        this.excess = builder.excess;
        this.causes = List.copyOf(builder.causes);
    }

    public static ChatFailure of(Kind kind, String message) {
        return new Builder(kind, message).build();
    }

    /** A fault of the request's member {@code param}, e.g. {@code messages[2].role}. */
    public static ChatFailure badRequest(String param, String message) {
        return new Builder(Kind.BAD_REQUEST, message).param(param).build();
    }

    public static Builder builder(Kind kind, String message) {
        return new Builder(kind, message);
    }

    public Kind kind() {
        return kind;
    }

    /** The member at fault; empty if none. */
    public String param() {
        return param;
    }

    /** The backend's status for {@link Kind#UPSTREAM_REJECTED}; 0 otherwise. */
    public int upstreamStatus() {
        return upstreamStatus;
    }

    /** When to try again; zero if not said. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** By how much a {@link Kind#CONTEXT_OVERFLOW} is too long, if that is known. */
    public Optional<Excess> excess() {
        return excess;
    }

    /**
     * @param tokens that the request takes
     * @param window the most that any model would take
     */
    public record Excess(long tokens, long window) {}

    /** What each attempt failed of, in order; empty if there was one only. */
    public List<ChatFailure> causes() {
        return causes;
    }

    /** Closed list; each dialect maps it by an exhaustive switch (wire-contract section 3). */
    public enum Kind {
        BAD_REQUEST,
        UNAUTHENTICATED,
        FORBIDDEN,
        BUDGET_EXHAUSTED,
        MODEL_NOT_FOUND,
        UNKNOWN_URL,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        RATE_LIMITED,
        CONTEXT_OVERFLOW,
        /** The backend refused the request itself (400, 404, 422): its message passes on. */
        UPSTREAM_REJECTED,
        /** Reset, 5xx, malformed or cut answer. */
        UPSTREAM_FAILED,
        UPSTREAM_TIMEOUT,
        OVERLOADED,
        /** The backend refused our credentials. */
        UPSTREAM_AUTH,
        ALL_BACKENDS_DOWN,
        /** The client went away. */
        CANCELLED,
        INTERNAL;

        /** Whether another attempt or another backend may succeed. */
        public boolean retryable() {
            return switch (this) {
                case RATE_LIMITED, UPSTREAM_FAILED, UPSTREAM_TIMEOUT, OVERLOADED, UPSTREAM_AUTH, ALL_BACKENDS_DOWN ->
                    true;
                case BAD_REQUEST,
                        UNAUTHENTICATED,
                        FORBIDDEN,
                        BUDGET_EXHAUSTED,
                        MODEL_NOT_FOUND,
                        UNKNOWN_URL,
                        METHOD_NOT_ALLOWED,
                        TOO_LARGE,
                        CONTEXT_OVERFLOW,
                        UPSTREAM_REJECTED,
                        CANCELLED,
                        INTERNAL -> false;
            };
        }
    }

    /** Collects the optional parts of a failure. */
    public static final class Builder {
        private final Kind kind;
        private final String message;
        private String param = "";
        private int upstreamStatus;
        private Duration retryAfter = Duration.ZERO;
        private Optional<Excess> excess = Optional.empty();
        private List<ChatFailure> causes = List.of();
        private @org.jspecify.annotations.Nullable Throwable cause;

        private Builder(Kind kind, String message) {
            this.kind = kind;
            this.message = message;
        }

        public Builder param(String value) {
            param = value;
            return this;
        }

        public Builder upstreamStatus(int value) {
            upstreamStatus = value;
            return this;
        }

        public Builder retryAfter(Duration value) {
            retryAfter = value;
            return this;
        }

        public Builder excess(long tokens, long window) {
            excess = Optional.of(new Excess(tokens, window));
            return this;
        }

        public Builder causes(List<ChatFailure> value) {
            causes = value;
            return this;
        }

        public Builder cause(Throwable value) {
            cause = value;
            return this;
        }

        public ChatFailure build() {
            return new ChatFailure(this);
        }
    }
}
