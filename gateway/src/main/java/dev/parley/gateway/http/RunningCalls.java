package dev.parley.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** How many calls of one event loop run, so that shutting down can wait for them. Belongs to that loop. */
final class RunningCalls {
    private final Promise<Void> quiet = Promise.promise();
    private int running;
    private boolean leaving;

    void begin() {
        running++;
    }

    void end() {
        running--;
        check();
    }

    /** Completes when nothing runs any more. */
    Future<Void> quiet() {
        leaving = true;
        check();
        return quiet.future();
    }

    /** Whether the gateway is going: connections should not be used again. */
    boolean leaving() {
        return leaving;
    }

    private void check() {
        if (leaving && running == 0) {
            quiet.tryComplete();
        }
    }
}
