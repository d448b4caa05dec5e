package dev.parley.gateway.record;

import dev.parley.graphrouter.Decision;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Texts that outcome after outcome has in common, made once: the second of its time, and the decision where a client named the model. It was a
 * quarter of what a document costs. Not thread-safe.
 */
final class RepeatedText {
    private static final int MOST = 256; // decisions kept
    private static final int GROUP = 1000; // a fraction has 3, 6 or 9 digits

    private final Map<String, Written> direct = new HashMap<>();
    private long second = Long.MIN_VALUE;
    private String upToSecond = "";

    private record Written(Decision decision, String text) {}

    /** As {@link Instant#toString()}. */
    String of(Instant at) {
        if (at.getEpochSecond() != second) {
            second = at.getEpochSecond();
            String whole = Instant.ofEpochSecond(second).toString();
            upToSecond = whole.substring(0, whole.length() - 1);
        }
        int nanos = at.getNano();
        if (nanos == 0) {
            return upToSecond + 'Z';
        }
        int scaled = 1_000_000_000;
        while (nanos % GROUP == 0) {
            nanos /= GROUP;
            scaled /= GROUP;
        }
        return upToSecond + '.' + Integer.toString(scaled + nanos).substring(1) + 'Z';
    }

    /** As {@link OutcomeJson#text(Decision)}. */
    String of(Decision decision) {
        if (!decision.predictions().isEmpty() || !decision.excluded().isEmpty()) {
            return OutcomeJson.text(decision);
        }
        Written known = direct.get(decision.selected().value());
        if (known == null || !known.decision.equals(decision)) {
            if (direct.size() >= MOST) {
                direct.clear();
            }
            known = new Written(decision, OutcomeJson.text(decision));
            direct.put(decision.selected().value(), known);
        }
        return known.text;
    }
}
