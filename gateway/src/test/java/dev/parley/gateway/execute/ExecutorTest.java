package dev.parley.gateway.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.chat.ChatFailure;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.load.ConfigLoader;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that are no chats, such as embeddings, by a clock that the test moves. */
class ExecutorTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final BackendHealth health = new BackendHealth(now::get);
    private final Vertx vertx = Vertx.vertx();
    private final Executor executor = new Executor(new Executor.Rooms(
            vertx,
            new BackendSet(spec -> {
                throw new IllegalStateException("nothing is called");
            }),
            health,
            Map.of(),
            Map.of(),
            now::get));
    private final ParleyConfig config =
            ConfigLoader.parse("backends: [{id: one, url: 'http://a', models: [vectors]}]", name -> Optional.empty());
    private final ModelSpec vectors = config.models().getFirst();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void fails(ChatFailure.Kind kind) {
        executor.ended(vectors, Optional.of(ChatFailure.of(kind, "scripted")));
    }

    @Test
    void aBackendThatKeepsFailingIsLeftAloneForAMoment() {
        for (int i = 0; i < 3; i++) {
            executor.admit(vectors);
            fails(ChatFailure.Kind.UPSTREAM_FAILED);
        }
        ChatFailure down = catchThrowableOfType(ChatFailure.class, () -> executor.admit(vectors));
        assertThat(down.kind()).isEqualTo(ChatFailure.Kind.ALL_BACKENDS_DOWN);
        assertThat(down).hasMessageContaining("'one' has failed repeatedly and is left alone");
        now.updateAndGet(t -> t.plus(Duration.ofSeconds(1)));
        executor.admit(vectors);
        executor.ended(vectors, Optional.empty());
        assertThat(health.state("one")).isEqualTo(BackendHealth.State.UP);
    }

    @Test
    void whatIsTheClientsFaultIsNotHeldAgainstIt() {
        for (int i = 0; i < 9; i++) {
            fails(ChatFailure.Kind.UPSTREAM_REJECTED);
            fails(ChatFailure.Kind.CANCELLED);
        }
        assertThatCode(() -> executor.admit(vectors)).doesNotThrowAnyException();
    }
}
