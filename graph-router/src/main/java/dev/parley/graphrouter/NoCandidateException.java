package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import java.util.Map;

/** No model passes the request's needs and limits; the message says for each why not, and what to change. */
public final class NoCandidateException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Map<ModelId, String> excluded;

    public NoCandidateException(String message, Map<ModelId, String> excluded) {
        super(message);
        this.excluded = Map.copyOf(excluded);
    }

    public Map<ModelId, String> excluded() {
        return excluded;
    }
}
