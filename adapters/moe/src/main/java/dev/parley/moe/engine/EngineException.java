package dev.parley.moe.engine;

/** An answer that cannot be given. The message may be shown to a client. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public EngineException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public EngineException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Closed list; the adapter maps it by an exhaustive switch. */
    public enum Kind {
        /** The prompt does not fit the model's context. */
        CONTEXT_OVERFLOW,
        /** The conversation cannot be written in the model's form. */
        UNWRITABLE,
        /** Every place and the queue are taken. */
        OVERLOADED,
        /** The engine is shutting down. */
        CLOSED,
        /** What computes has ended and begins anew; another try may succeed. */
        LOST,
        /** A fault of the engine or of a model's weights. */
        INTERNAL
    }
}
