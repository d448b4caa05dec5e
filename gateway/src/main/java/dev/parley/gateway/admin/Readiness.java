package dev.parley.gateway.admin;

import java.util.Map;

/**
 * Whether clients should be sent here.
 *
 * @param waitingFor parts that are not ready, with the reason; empty means ready
 * @param degraded parts that work worse than they should, with the reason; requests are served all the same
 */
public record Readiness(Map<String, String> waitingFor, Map<String, String> degraded) {
    public Readiness {
        waitingFor = Map.copyOf(waitingFor);
        degraded = Map.copyOf(degraded);
    }
}
