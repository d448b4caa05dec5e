package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final Model model =
            TinyModel.of(TinyModel.Sizes.MIXTURE, TinyModel.Storage.Q8_0, 11).load();
    private final Model other =
            TinyModel.of(TinyModel.Sizes.DENSE, TinyModel.Storage.Q8_0, 12).load();
    private Scheduler scheduler = scheduler(new Scheduler.Limits(2, 8, 16));

    private Scheduler scheduler(Scheduler.Limits limits) {
        return new Scheduler(limits, List.of(model, other), Kernels::vector);
    }

    @AfterEach
    void close() {
        scheduler.close();
    }

    private static GenerationRequest request(String prompt, int tokens, List<String> stops, int scores) {
        return new GenerationRequest(
                List.of(new ChatMessage(ChatMessage.Role.USER, prompt)),
                SamplingSpec.GREEDY,
                1,
                new GenerationRequest.Limits(tokens, Integer.MAX_VALUE, stops),
                scores);
    }

    private Recorder ask(Model whom, GenerationRequest request) {
        Recorder recorder = new Recorder();
        scheduler.submit(whom, List.of(new Scheduler.Task(request, recorder)));
        return recorder;
    }

    private Recorder ask(GenerationRequest request) {
        return ask(model, request);
    }

    @Test
    void togetherAsAlone() throws Exception {
        List<String> alone = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Recorder r = ask(i % 2 == 0 ? model : other, request("question " + i, 40, List.of(), -1));
            r.await();
            alone.add(r.text.toString());
        }
        List<Recorder> together = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            together.add(ask(i % 2 == 0 ? model : other, request("question " + i, 40, List.of(), -1)));
        }
        for (int i = 0; i < 16; i++) {
            together.get(i).await();
            assertThat(together.get(i).text).hasToString(alone.get(i));
        }
        assertThat(alone.stream().distinct().count()).isGreaterThan(4);
        assertThat(scheduler.running()).isZero();
        assertThat(scheduler.queued()).isZero();
    }

    @Test
    void stopsBeforeAStopSequence() throws Exception {
        Recorder free = ask(request("tell", 40, List.of(), -1));
        free.await();
        String text = free.text.toString();
        assertThat(text.length()).isGreaterThan(12);
        String stop = text.substring(6, 9);
        Recorder stopped = ask(request("tell", 40, List.of("never said", stop), 2));
        Ending ending = stopped.await();
        assertThat(ending.reason()).isEqualTo(Ending.Reason.STOP_SEQUENCE);
        assertThat(ending.stop()).isEqualTo(stop);
        assertThat(stopped.text).hasToString(text.substring(0, text.indexOf(stop)));
    }

    @Test
    void endsAtTheAskedLengthOrTheContext() throws Exception {
        Recorder asked = ask(request("tell", 7, List.of(), 0));
        Ending ending = asked.await();
        assertThat(asked.started.get(1, TimeUnit.SECONDS)).isEqualTo("tell".length() + 3);
        assertThat(ending.reason()).isEqualTo(Ending.Reason.LENGTH);
        assertThat(ending.tokens()).isEqualTo(7);
        assertThat(asked.scores).hasSize(7);
        Recorder full = ask(request("x".repeat(150), 1000, List.of(), -1));
        Ending end = full.await();
        assertThat(end.reason()).isEqualTo(Ending.Reason.LENGTH);
        assertThat(end.tokens()).isEqualTo(200 - 153);
    }

    @Test
    void scoresAreLogProbabilities() throws Exception {
        Recorder asked = ask(request("tell", 5, List.of(), 20));
        Ending ending = asked.await();
        double mean = 0;
        for (TokenScore score : asked.scores) {
            assertThat(score.top()).hasSize(20);
            assertThat(score.top().getFirst().id()).isEqualTo(score.id());
            assertThat(score.top().getFirst().logprob()).isCloseTo(score.logprob(), within(1e-9));
            double mass =
                    score.top().stream().mapToDouble(t -> Math.exp(t.logprob())).sum();
            assertThat(mass).isBetween(Math.exp(score.logprob()), 1 + 1e-5);
            mean += Math.exp(score.logprob()) / 5;
        }
        assertThat(ending.confidence().mean()).isCloseTo(mean, within(1e-6));
        Recorder all = ask(request("tell", 1, List.of(), TinyModel.VOCABULARY));
        all.await();
        double total = all.scores.getFirst().top().stream()
                .mapToDouble(t -> Math.exp(t.logprob()))
                .sum();
        assertThat(total).isCloseTo(1, within(1e-5));
    }

    @Test
    void tooLongAPromptFailsWithNumbers() {
        Recorder asked = ask(request("x".repeat(400), 5, List.of(), -1));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(asked::await)
                .withCauseInstanceOf(EngineException.class)
                .withMessageContaining("403 tokens")
                .withMessageContaining("200 in all");
        assertThat(asked.text).isEmpty();
    }

    @Test
    void seedsRepeatAndDiffer() throws Exception {
        SamplingSpec hot = new SamplingSpec(1.5, 0, 1, 0, SamplingSpec.Penalties.NONE, Map.of());
        List<String> texts = new ArrayList<>();
        for (long seed : new long[] {4, 4, 5}) {
            GenerationRequest plain = request("tell", 30, List.of(), -1);
            Recorder r = ask(new GenerationRequest(plain.messages(), hot, seed, plain.limits(), -1));
            r.await();
            texts.add(r.text.toString());
        }
        assertThat(texts.get(0)).isEqualTo(texts.get(1)).isNotEqualTo(texts.get(2));
    }

    @Test
    void beyondTheQueueIsRefusedAndAllOrNothing() throws Exception {
        scheduler.close();
        CountDownLatch gate = new CountDownLatch(1);
        scheduler = new Scheduler(new Scheduler.Limits(1, 1, 2), List.of(model), () -> {
            block(gate);
            return Kernels.vector();
        });
        GenerationRequest request = request("tell", 5, List.of(), -1);
        Recorder first = ask(request);
        Recorder second = ask(request);
        Scheduler.Task task = new Scheduler.Task(request, new Recorder());
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> scheduler.submit(model, List.of(task, task)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.OVERLOADED));
        Recorder third = new Recorder();
        Generation queued = scheduler
                .submit(model, List.of(new Scheduler.Task(request, third)))
                .getFirst();
        assertThat(scheduler.queued()).isEqualTo(2);
        queued.cancel();
        assertThat(scheduler.queued()).isEqualTo(1);
        gate.countDown();
        first.await();
        second.await();
        assertThat(third.started).isNotDone();
    }

    @Test
    void aCancelledAnswerSaysNoMoreAndMakesRoom() throws Exception {
        scheduler.close();
        scheduler = scheduler(new Scheduler.Limits(1, 1, 4));
        CountDownLatch cancelled = new CountDownLatch(1);
        Recorder told = new Recorder() {
            @Override
            public void delta(String piece, List<TokenScore> more) {
                super.delta(piece, more);
                block(cancelled);
            }
        };
        Generation running = scheduler
                .submit(model, List.of(new Scheduler.Task(request("tell", 150, List.of(), -1), told)))
                .getFirst();
        told.firstText.get(30, TimeUnit.SECONDS);
        running.cancel();
        cancelled.countDown();
        Recorder next = ask(request("tell", 5, List.of(), -1));
        next.await();
        assertThat(told.ending).isNotDone();
        assertThat(told.text.length()).isLessThan(10);
    }

    private static void block(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closingFailsWhatRunsAndWaits() {
        List<Recorder> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add(ask(request("tell me " + i, 190, List.of(), -1)));
        }
        scheduler.close();
        for (Recorder r : asked) {
            assertThat(r.ending).isDone();
        }
        assertThat(asked).anyMatch(r -> r.ending.isCompletedExceptionally());
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> ask(request("late", 5, List.of(), -1)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CLOSED));
    }
}
