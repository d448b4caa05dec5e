package dev.parley.config.load;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that must not be used, with everything that is wrong in it. The message has one line a violation. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Violation> violations;

    ConfigException(List<Violation> violations) {
        super(message(violations));
        this.violations = List.copyOf(violations);
    }

    /** In the order of the file; never empty. */
    public List<Violation> violations() {
        return violations;
    }

    private static String message(List<Violation> violations) {
        String head = violations.size() == 1
                ? "1 violation in the configuration:\n"
                : violations.size() + " violations in the configuration:\n";
        return violations.stream().map(v -> "  " + v).collect(Collectors.joining("\n", head, ""));
    }
}
