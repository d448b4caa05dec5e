package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.Backend;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Setting;
import dev.parley.chat.Turn;
import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.TensorType;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of answers when the child of llama.cpp ends or hangs, and of what it has computed for others. */
class LlamaCppChildIT {
    private static final String PERU = "What is the capital of Peru?";
    private static final String WINDOWED = "windowed";
    private static final RandomModel.Sizes SIZES = new RandomModel.Sizes(6, 512, 512, 8, 4, 8, 2);

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static Context context;
    private LlamaCppRuntime runtime;
    private Backend backend;

    @BeforeAll
    static void models() throws Exception {
        Path facts = LlamaCppRuntimeIT.SHIPPED.resolve("parley-facts.gguf");
        Files.copy(facts, folder.resolve(facts.getFileName()));
        RandomModel.of("llama", SIZES, TensorType.F32, 3).write(folder.resolve("slow.gguf"));
        RandomModel.of("gpt-oss", RandomModel.Sizes.MIXTURE, TensorType.F32, 3)
                .write(folder.resolve(WINDOWED + ".gguf"));
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @BeforeEach
    void start() {
        runtime = started();
        backend = runtime.backend(context);
    }

    private static LlamaCppRuntime started() {
        return LlamaCppRuntime.start(
                LlamaCppRuntimeIT.spec(folder),
                List.of(
                        LlamaCppRuntimeIT.to("parley-facts").model(),
                        LlamaCppRuntimeIT.to("slow").model(),
                        LlamaCppRuntimeIT.to(WINDOWED).model()),
                Duration.ofSeconds(2));
    }

    @AfterEach
    void end() {
        runtime.close();
    }

    private Calls.Listener ask(Calls calls, Calls.Listener listener) {
        context.runOnContext(v -> backend.chat(calls.call()).subscribe(listener));
        return listener;
    }

    private Calls.Listener ask(Calls calls) {
        return ask(calls, new Calls.Listener(Long.MAX_VALUE));
    }

    private ChatAnswer answer(Calls calls) throws Exception {
        AnswerFold fold = new AnswerFold();
        ask(calls).await().events.forEach(fold::add);
        return fold.answer();
    }

    private static ChatAnswer.Choice choice(ChatAnswer answer) {
        return answer.choices().getFirst();
    }

    /** A long answer: the end token may not come. */
    private static Calls babble(long seed) {
        return LlamaCppRuntimeIT.to("slow")
                .set(Setting.TEMPERATURE, "1.5")
                .set(Setting.SEED, Long.toString(seed))
                .set(Setting.LOGIT_BIAS, "{\"257\":-100, \"260\":-100}");
    }

    /** Does something to the child once the first piece of an answer is there. */
    private Calls.Listener whileAnswering(Runnable then) {
        return ask(babble(7), new Calls.Listener(Long.MAX_VALUE) {
            @Override
            public void onNext(ChatEvent event) {
                super.onNext(event);
                if (event instanceof ChatEvent.TextDelta && events.size() < 4) {
                    then.run();
                }
            }
        });
    }

    private static void fails(Calls.Listener listener) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(listener::await)
                .havingCause()
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.UPSTREAM_FAILED));
        assertThat(listener.events).noneMatch(e -> e instanceof ChatEvent.Finished);
    }

    private void anotherAnswers() throws Exception {
        assertThat(runtime.awaitChild(30)).isTrue();
        assertThat(runtime.restarts()).isEqualTo(1);
        assertThat(choice(answer(LlamaCppRuntimeIT.to("parley-facts", PERU))).text())
                .isEqualTo("Lima");
        assertThat(runtime.running()).isZero();
    }

    @Test
    void aChildThatDiesIsReplaced() throws Exception {
        Calls.Listener cut =
                whileAnswering(() -> ProcessHandle.of(runtime.pid()).ifPresent(ProcessHandle::destroyForcibly));
        List<Calls.Listener> queued = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            queued.add(ask(babble(i)));
        }
        fails(cut);
        queued.forEach(LlamaCppChildIT::fails);
        anotherAnswers();
    }

    /** Stopped by a signal, it neither computes nor ends. */
    @Test
    void aChildThatHangsIsEndedAndReplaced() throws Exception {
        long pid = runtime.pid();
        ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
        fails(whileAnswering(() -> halt(pid)));
        child.onExit().get(10, TimeUnit.SECONDS);
        anotherAnswers();
        assertThat(runtime.pid()).isNotEqualTo(pid);
    }

    /** Nobody waits for it then, so the first who does learns of it. */
    @Test
    void aChildThatHangsWithoutWorkIsNoticedByTheNextQuestion() throws Exception {
        halt(runtime.pid());
        fails(ask(LlamaCppRuntimeIT.to("parley-facts", PERU)));
        anotherAnswers();
    }

    private static void halt(long pid) {
        try {
            int _ = new ProcessBuilder("kill", "-STOP", Long.toString(pid))
                    .start()
                    .waitFor();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A step may take far longer than the child is given patience, as long as it computes. */
    @Test
    void longAnswersAreNotTakenForHanging() throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; System.nanoTime() - begun < 5_000_000_000L; i++) {
            assertThat(choice(answer(babble(i).set(Setting.MAX_OUTPUT_TOKENS, "400")))
                            .text())
                    .isNotEmpty();
        }
        assertThat(runtime.restarts()).isZero();
    }

    /** Layers with a window forget what is beyond it, so that not every beginning can be gone on from; answers do not show it. */
    @Test
    void aWindowedModelGoesOnOnlyFromWhatItStillHas() throws Exception {
        Calls first = LlamaCppRuntimeIT.to(WINDOWED, "All the world's a stage. ".repeat(20));
        first.set(Setting.MAX_OUTPUT_TOKENS, "200").set(Setting.LOGIT_BIAS, "{\"257\":-100, \"260\":-100}");
        String begun = choice(answer(first)).text();
        Calls again = LlamaCppRuntimeIT.to(WINDOWED, "All the world's a stage. ".repeat(20));
        again.turns.add(Turn.text(Turn.Role.ASSISTANT, begun.substring(0, 4)));
        again.set(Setting.MAX_OUTPUT_TOKENS, "8");
        ChatAnswer back = answer(again);
        Calls on = LlamaCppRuntimeIT.to(WINDOWED, "All the world's a stage. ".repeat(20) + " And all the men");
        on.set(Setting.MAX_OUTPUT_TOKENS, "8");
        ChatAnswer further = answer(on);
        runtime.close();
        runtime = started();
        backend = runtime.backend(context);
        assertThat(choice(back).text()).isEqualTo(choice(answer(again)).text());
        runtime.close();
        runtime = started();
        backend = runtime.backend(context);
        assertThat(choice(further).text()).isEqualTo(choice(answer(on)).text());
    }
}
