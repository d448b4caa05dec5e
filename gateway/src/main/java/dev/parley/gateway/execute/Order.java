package dev.parley.gateway.execute;

import dev.parley.chat.ChatRequest;
import dev.parley.config.ParleyConfig;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What to carry out for one request, whatever the plan.
 *
 * @param config the snapshot the request began with
 * @param path of the client's call with its query, for relays
 * @param headers to send on
 * @param deadline for the whole request
 * @param warnings told what a translation had to drop
 * @param journal filled with every call made
 * @param cancellation ends the work when the client goes
 * @param relay whether bytes may be relayed; false where we must read the answer ourselves
 */
public record Order(
        ParleyConfig config,
        ChatRequest request,
        String path,
        Map<String, String> headers,
        Instant deadline,
        Consumer<String> warnings,
        Journal journal,
        Cancellation cancellation,
        boolean relay) {

    /** The same order for another wording of the request, whose answer we read ourselves. */
    Order reading(ChatRequest other) {
        return new Order(config, other, path, headers, deadline, warnings, journal, cancellation, false);
    }

    /** The same order, cancelled on its own: one runner of a race. */
    Order with(Cancellation other) {
        return new Order(config, request, path, headers, deadline, warnings, journal, other, relay);
    }
}
