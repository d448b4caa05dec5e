package dev.parley.gateway.pipeline;

import dev.parley.config.Usage;
import dev.parley.gateway.execute.Journal;
import java.util.OptionalLong;

/** What the calls of a request cost together: unknown as soon as one price is. */
final class Costs {
    private Costs() {}

    static OptionalLong total(Passage p) {
        return total(p.journal);
    }

    static OptionalLong total(Journal journal) {
        long sum = 0;
        for (Journal.Entry call : journal.entries()) {
            OptionalLong cost = of(call);
            if (cost.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += cost.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    static OptionalLong of(Journal.Entry call) {
        return call.usage().equals(Usage.NONE)
                ? OptionalLong.of(0)
                : call.model().price().costNanoUsd(call.usage());
    }
}
