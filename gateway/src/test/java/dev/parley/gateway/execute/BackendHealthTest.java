package dev.parley.gateway.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BackendHealthTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T00:00:00Z"));
    private final BackendHealth health = new BackendHealth(now::get);

    @Test
    void threeFailuresInARowCloseABackendForASecond() {
        health.failed("a");
        health.failed("a");
        assertThat(health.open("a")).isTrue();
        health.failed("a");
        assertThat(health.state("a")).isEqualTo(BackendHealth.State.DOWN);
        assertThat(health.open("b")).isTrue();
        pass(Duration.ofMillis(1001));
        assertThat(health.state("a")).isEqualTo(BackendHealth.State.DEGRADED);
        assertThat(health.open("a")).isTrue();
    }

    @Test
    void eachFurtherFailureDoublesThePauseUpToAMinute() {
        for (int i = 0; i < 4; i++) {
            health.failed("a");
        }
        pass(Duration.ofMillis(1500));
        assertThat(health.open("a")).isFalse();
        pass(Duration.ofMillis(600));
        assertThat(health.open("a")).isTrue();
        for (int i = 0; i < 40; i++) {
            health.failed("a");
        }
        pass(Duration.ofSeconds(59));
        assertThat(health.open("a")).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(health.open("a")).isTrue();
    }

    @Test
    void oneAnswerForgivesAll() {
        health.failed("a");
        health.failed("a");
        health.answered("a");
        health.failed("a");
        assertThat(health.state("a")).isEqualTo(BackendHealth.State.DEGRADED);
        assertThat(health.open("a")).isTrue();
    }

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }
}
