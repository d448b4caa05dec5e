package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.routermodels.onnx.EncodePool.Text;
import dev.parley.routermodels.onnx.EncodePool.Vector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodePoolTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    private Vector length(Text text) {
        return new Vector(new float[] {text.value().length()}, 1, Optional.empty(), false);
    }

    private Vector held(Text text) {
        entered.countDown();
        await(gate);
        return length(text);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Text text(String value) {
        return new Text(value, 8, true, "");
    }

    private static Optional<Vector> got(CompletableFuture<Optional<Vector>> answer) {
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void answersAQuery() {
        EncodePool pool = new EncodePool(2, 4, this::length);
        assertThat(got(pool.submit(text("four"), LONG)).orElseThrow().values()).containsExactly(4);
        assertThat(pool.close(PATIENCE)).isTrue();
    }

    @Test
    void aPassedDeadlineAnswersEmptyAndTheQueueIsBounded() {
        EncodePool pool = new EncodePool(1, 2, this::held);
        CompletableFuture<Optional<Vector>> running = pool.submit(text("running"), LONG);
        await(entered);
        CompletableFuture<Optional<Vector>> late = pool.submit(text("late"), Duration.ofMillis(5));
        CompletableFuture<Optional<Vector>> waiting = pool.submit(text("waiting"), LONG);
        CompletableFuture<Optional<Vector>> refused = pool.submit(text("refused"), LONG);
        assertThat(refused).isCompletedWithValue(Optional.empty());
        assertThat(pool.submit(text("over"), Duration.ZERO)).isCompletedWithValue(Optional.empty());
        assertThat(got(late)).isEmpty();
        gate.countDown();
        assertThat(got(running)).isPresent();
        assertThat(got(waiting)).isPresent();
        pool.close(PATIENCE);
    }

    @Test
    void aFailingPassAnswersEmptyAndTheThreadGoesOn() {
        EncodePool pool = new EncodePool(1, 4, t -> {
            if (t.value().isEmpty()) {
                throw new IllegalStateException("on purpose");
            }
            return length(t);
        });
        assertThat(got(pool.submit(text(""), LONG))).isEmpty();
        assertThat(got(pool.submit(text("x"), LONG))).isPresent();
        assertThat(pool.submitAll(List.of(text("a"), text(""))))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("on purpose");
        pool.close(PATIENCE);
    }

    @Test
    void aBulkKeepsItsOrderAndLetsQueriesPass() {
        EncodePool pool = new EncodePool(2, 4, this::length);
        List<Text> texts =
                IntStream.range(0, 200).mapToObj(i -> text("x".repeat(i))).toList();
        CompletableFuture<List<Vector>> bulk = pool.submitAll(texts);
        assertThat(got(pool.submit(text("query"), LONG))).isPresent();
        assertThat(bulk).succeedsWithin(PATIENCE);
        List<Vector> vectors = bulk.join();
        for (int i = 0; i < 200; i++) {
            assertThat(vectors.get(i).values()).containsExactly(i);
        }
        assertThat(pool.submitAll(List.of())).isCompletedWithValue(List.of());
        pool.close(PATIENCE);
    }

    @Test
    void tooManyBulksAreRefused() {
        EncodePool pool = new EncodePool(1, 1, this::held);
        CompletableFuture<Optional<Vector>> running = pool.submit(text("running"), LONG);
        await(entered);
        CompletableFuture<List<Vector>> first = pool.submitAll(List.of(text("a")));
        assertThat(pool.submitAll(List.of(text("b"))))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(RejectedExecutionException.class);
        gate.countDown();
        assertThat(got(running)).isPresent();
        assertThat(first).succeedsWithin(PATIENCE);
        pool.close(PATIENCE);
    }

    @Test
    void closeWaitsForWhatRunsAndAnswersWhatWaits() {
        EncodePool pool = new EncodePool(1, 4, this::held);
        CompletableFuture<Optional<Vector>> running = pool.submit(text("running"), LONG);
        await(entered);
        CompletableFuture<Optional<Vector>> waiting = pool.submit(text("waiting"), LONG);
        CompletableFuture<List<Vector>> bulk = pool.submitAll(List.of(text("a")));
        assertThat(pool.close(Duration.ofMillis(1))).as("something still runs").isFalse();
        assertThat(got(waiting)).isEmpty();
        assertThat(bulk).isCompletedExceptionally();
        gate.countDown();
        assertThat(pool.close(PATIENCE)).isTrue();
        assertThat(got(running)).isPresent();
        assertThat(got(pool.submit(text("after"), LONG))).isEmpty();
    }
}
