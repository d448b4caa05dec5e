package dev.parley.chat.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineWatchTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void everyOpenTicketIsCheckedAndClosedOnesAreNot() {
        CompletableFuture<List<String>> seen = new CompletableFuture<>();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(v -> {
            AtomicLong clock = new AtomicLong();
            DeadlineWatch watch = new DeadlineWatch(vertx, () -> clock.addAndGet(1));
            List<String> checks = new ArrayList<>();
            List<DeadlineWatch.Ticket> tickets = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                int index = tickets.size();
                tickets.add(watch.watch(now -> {
                    checks.add(name);
                    // Closing oneself, and another, in the middle of a round must not skip or break the rest.
                    tickets.get(index).close();
                    tickets.get(0).close();
                }));
            }
            tickets.get(2).close();
            tickets.get(2).close();
            int[] rounds = new int[1];
            DeadlineWatch.Ticket[] last = new DeadlineWatch.Ticket[1];
            last[0] = watch.watch(now -> {
                if (++rounds[0] == 3) {
                    last[0].close();
                    seen.complete(checks);
                }
            });
        });
        assertThat(seen.orTimeout(10, TimeUnit.SECONDS).join()).containsExactly("d", "b");
    }
}
