package dev.parley.gateway;

import dev.parley.config.BackendSpec;
import dev.parley.gateway.admin.Readiness;
import dev.parley.gateway.execute.BackendHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How the gateway is. It does not wait for backends elsewhere (one that is down must not take the others' gateway out of service),
 * nor for the encoder (without it requests are routed by what is on their surface): these only count as degraded. Thread-safe.
 */
final class Condition implements Supplier<Readiness> {
    /** Queries without embedding in a row, from which the encoder counts as degraded: a single late one is nothing. */
    private static final int MISSES = 3;

    private final Wiring wiring;
    private volatile boolean leaving;
    private volatile String refused = "";

    Condition(Wiring wiring) {
        this.wiring = wiring;
    }

    /** From now on nobody new should come. */
    void leaving() {
        leaving = true;
    }

    /** The configuration's file as it is now is not used; empty if it is. */
    void refused(String why) {
        refused = why;
    }

    @Override
    public Readiness get() {
        Map<String, String> waitingFor = new LinkedHashMap<>();
        if (leaving) {
            waitingFor.put("shutdown", "running requests are finished, new ones are not taken");
        }
        wiring.log.trouble().ifPresent(why -> waitingFor.put("outcome_log", why));
        return new Readiness(waitingFor, degraded());
    }

    private Map<String, String> degraded() {
        Map<String, String> degraded = new LinkedHashMap<>();
        if (!refused.isEmpty()) {
            degraded.put("configuration", "the file has changed and is not used: " + refused);
        }
        if (!wiring.engines.warm()) {
            degraded.put("embedded_models", "warming up: answers come more slowly");
        }
        int missed = wiring.encoder.missed();
        if (missed >= MISSES) {
            degraded.put("encoder", "the last " + missed + " queries were routed without their embedding");
        }
        if (wiring.log.lost() > 0) {
            degraded.put("outcome_log", wiring.log.lost() + " outcomes lost since start");
        }
        for (BackendSpec backend : wiring.snapshot().config().backends()) {
            if (wiring.health.state(backend.id()) == BackendHealth.State.DOWN) {
                degraded.put("backend " + backend.id(), "left alone for a moment after repeated failures");
            }
            wiring.engines.trouble(backend.id()).ifPresent(why -> degraded.put("backend " + backend.id(), why));
        }
        return degraded;
    }
}
