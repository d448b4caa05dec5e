package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.chat.AnswerFold;
import dev.parley.chat.Backend;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.FinishReason;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.config.BackendSpec;
import dev.parley.moe.engine.generate.Confidence;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoeBackendTest {
    private static Vertx vertx;
    private static MoeRuntime runtime;
    private static Context context;
    private static Backend backend;
    private static final BlockingQueue<Confidence> HEARD = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        try (var in = MoeBackendTest.class.getResourceAsStream("/golden/parley-tiny.gguf")) {
            Files.copy(Objects.requireNonNull(in), folder.resolve("some.gguf"));
        }
        vertx = Vertx.vertx();
        runtime = MoeRuntime.start(new BackendSpec.Moe("local", folder.toString(), 2, 4, 8));
        runtime.listen((id, model, confidence) -> HEARD.add(confidence));
        context = vertx.getOrCreateContext();
        backend = runtime.backend(context);
    }

    @AfterAll
    static void stop() throws Exception {
        runtime.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Calls.Listener ask(Calls calls, Calls.Listener listener) {
        context.runOnContext(v -> backend.chat(calls.call()).subscribe(listener));
        return listener;
    }

    private static Calls.Listener ask(Calls calls) {
        return ask(calls, new Calls.Listener(Long.MAX_VALUE));
    }

    private static ChatAnswer answer(Calls calls) throws Exception {
        AnswerFold fold = new AnswerFold();
        ask(calls).await().events.forEach(fold::add);
        return fold.answer();
    }

    private static ChatFailure failure(Calls calls) {
        Calls.Listener listener = ask(calls);
        List<ChatFailure> found = new ArrayList<>();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(listener::await)
                .havingCause()
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .satisfies(found::add);
        assertThat(listener.events).isEmpty();
        return found.getFirst();
    }

    @Test
    void knowsItsModels() {
        assertThat(runtime.modelNames()).containsExactly("parley-tiny");
        MoeModel model = runtime.describe().getFirst();
        assertThat(model.architecture()).isEqualTo("llama");
        assertThat(model.experts()).isEqualTo(4);
        assertThat(model.contextTokens()).isEqualTo(512);
        assertThat(runtime.gates("parley-tiny").orElseThrow().layers()).hasSize(2);
        assertThat(runtime.gates("none")).isEmpty();
    }

    @Test
    void aModelOfSingleQuestionsReadsTheLastOneAlone() throws Exception {
        Calls alone = Calls.system("be brief").turn(Turn.Role.USER, new Part.Text("hello"));
        Calls later = Calls.system("be brief")
                .turn(Turn.Role.USER, new Part.Text("x".repeat(600)))
                .turn(Turn.Role.ASSISTANT, new Part.Text("no"))
                .turn(Turn.Role.USER, new Part.Text("hello"));
        later.singleTurn = true;
        for (Calls calls : List.of(alone, later)) {
            calls.set(Setting.TEMPERATURE, "0").set(Setting.MAX_OUTPUT_TOKENS, "9");
        }
        ChatAnswer wanted = answer(alone);
        ChatAnswer got = answer(later);
        assertThat(got.usage().inputTokens()).isEqualTo(wanted.usage().inputTokens());
        assertThat(got.choices()).isEqualTo(wanted.choices());
        assertThat(later.warnings)
                .containsExactly("2 earlier messages left out: parley-tiny reads the last question alone");
        assertThat(alone.warnings).isEmpty();
        later.singleTurn = false;
        assertThat(failure(later).kind()).isEqualTo(ChatFailure.Kind.CONTEXT_OVERFLOW);
    }

    @Test
    void streamsAWholeAnswerOnTheEventLoop() throws Exception {
        Calls.Listener heard =
                ask(Calls.user("hello").set(Setting.MAX_OUTPUT_TOKENS, "5")).await();
        assertThat(heard.events.getFirst())
                .isInstanceOfSatisfying(
                        ChatEvent.Started.class, s -> assertThat(s.model()).isEqualTo("parley-tiny"));
        assertThat(heard.events.getLast()).isInstanceOf(ChatEvent.UsageReported.class);
        assertThat(heard.events.get(heard.events.size() - 2)).isInstanceOf(ChatEvent.Finished.class);
        assertThat(heard.threads.stream().distinct()).hasSize(1);
        assertThat(heard.threads.getFirst().getName()).contains("eventloop");
    }

    @Test
    void countsExactly() throws Exception {
        ChatAnswer answer = answer(Calls.user("hello").set(Setting.MAX_OUTPUT_TOKENS, "64"));
        assertThat(answer.choices().getFirst().finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.usage().inputTokens()).isEqualTo("hello".length() + 3);
        assertThat(answer.usage().outputTokens())
                .isEqualTo(answer.choices().getFirst().text().length());
        assertThat(answer.usage().estimated()).isFalse();
        ChatAnswer cut = answer(hot(7).set(Setting.MAX_OUTPUT_TOKENS, "3"));
        assertThat(cut.choices().getFirst().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(cut.usage().outputTokens()).isEqualTo(3);
    }

    /** A call that babbles, repeatably. */
    private static Calls hot(long seed) {
        return Calls.user("hello")
                .set(Setting.TEMPERATURE, "2.0")
                .set(Setting.SEED, Long.toString(seed))
                .set(Setting.MAX_OUTPUT_TOKENS, "40")
                .set(Setting.LOGIT_BIAS, "{\"257\":-100}");
    }

    @Test
    void seedsRepeatChoicesDiffer() throws Exception {
        ChatAnswer one = answer(hot(7).set(Setting.CHOICES, "3"));
        ChatAnswer two = answer(hot(7).set(Setting.CHOICES, "3"));
        assertThat(one.choices()).hasSize(3);
        assertThat(one.choices()).extracting(ChatAnswer.Choice::text).doesNotHaveDuplicates();
        assertThat(one.choices()).isEqualTo(two.choices());
        assertThat(one.usage().outputTokens()).isEqualTo(120);
        assertThat(one.usage().inputTokens()).isEqualTo(8);
        assertThat(answer(hot(8)).choices().getFirst().text())
                .isNotEqualTo(one.choices().getFirst().text());
    }

    @Test
    void stopsAndSaysAtWhat() throws Exception {
        String text = answer(hot(7)).choices().getFirst().text();
        String stop = text.substring(10, 12);
        ChatAnswer stopped = answer(hot(7).set(Setting.STOP, "[\"" + quoted(stop) + "\"]"));
        ChatAnswer.Choice choice = stopped.choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(FinishReason.STOP_SEQUENCE);
        assertThat(choice.stopSequence()).isEqualTo(stop);
        assertThat(text).startsWith(choice.text() + stop);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder();
        text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
        return json.toString();
    }

    @Test
    void logprobsOnlyWhenAsked() throws Exception {
        assertThat(answer(hot(7)).choices().getFirst().logprobs()).isEmpty();
        ChatAnswer.Choice choice = answer(hot(7).set(Setting.LOGPROBS, "true").set(Setting.TOP_LOGPROBS, "4"))
                .choices()
                .getFirst();
        assertThat(choice.logprobs()).hasSize(40);
        assertThat(choice.logprobs()).allSatisfy(t -> {
            assertThat(t.logprob()).isLessThanOrEqualTo(0);
            assertThat(t.top()).hasSize(4);
        });
        assertThat(answer(hot(7).set(Setting.LOGPROBS, "2"))
                        .choices()
                        .getFirst()
                        .logprobs()
                        .getFirst()
                        .top())
                .hasSize(2);
    }

    @Test
    void tellsHowSureItWas() throws Exception {
        HEARD.clear();
        answer(Calls.user("hello"));
        Confidence confidence = HEARD.poll(10, TimeUnit.SECONDS);
        assertThat(Objects.requireNonNull(confidence).mean()).isBetween(confidence.min(), 1.0);
        assertThat(confidence.min()).isBetween(0.0, 1.0);
    }

    @Test
    void continuesWhatTheAssistantBegan() throws Exception {
        ChatAnswer plain = answer(Calls.user("hello"));
        String text = plain.choices().getFirst().text();
        ChatAnswer rest = answer(Calls.user("hello").turn(Turn.Role.ASSISTANT, new Part.Text(text)));
        assertThat(rest.choices().getFirst().text()).isEmpty();
        assertThat(rest.choices().getFirst().finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(rest.usage().inputTokens()).isEqualTo(plain.usage().inputTokens() + text.length());
    }

    @Test
    void demandIsRespectedAndTextPilesUpInOneDelta() throws Exception {
        HEARD.clear();
        Calls.Listener slow = ask(hot(7), new Calls.Listener(1));
        Flow.Subscription subscription = slow.subscription.get(10, TimeUnit.SECONDS);
        assertThat(Objects.requireNonNull(HEARD.poll(10, TimeUnit.SECONDS))).isNotNull();
        context.runOnContext(v -> subscription.request(Long.MAX_VALUE));
        slow.await();
        assertThat(slow.events.stream().filter(e -> e instanceof ChatEvent.TextDelta))
                .hasSizeLessThanOrEqualTo(2);
        assertThat(slow.text(0)).isEqualTo(answer(hot(7)).choices().getFirst().text());
    }

    @Test
    void cancellingEndsTheSignals() throws Exception {
        Calls.Listener listener = new Calls.Listener(2) {
            @Override
            public void onNext(ChatEvent event) {
                super.onNext(event);
                subscription.join().cancel();
            }
        };
        ask(hot(7).set(Setting.MAX_OUTPUT_TOKENS, "200"), listener);
        answer(hot(8));
        assertThat(listener.events).hasSize(1);
        assertThat(listener.end).isNotDone();
    }

    @Test
    void refusesByName() {
        assertThat(failure(Calls.user("x".repeat(600)))).satisfies(f -> {
            assertThat(f.kind()).isEqualTo(ChatFailure.Kind.CONTEXT_OVERFLOW);
            assertThat(f.getMessage()).contains("603 tokens", "512 in all");
        });
        Calls unknown = Calls.user("hi");
        unknown.upstreamModel = "gpt-9";
        assertThat(failure(unknown).kind()).isEqualTo(ChatFailure.Kind.MODEL_NOT_FOUND);
        Calls tools = Calls.user("hi");
        tools.tools.add(new Tool.Function("f", "", new RawJson("{}"), false, Map.of()));
        assertThat(failure(tools).param()).isEqualTo("tools");
        Calls json = Calls.user("hi");
        json.format = new OutputFormat.JsonSchema("", "", new RawJson("{\"type\":\"strnig\"}"), true);
        assertThat(failure(json).param()).isEqualTo("response_format.json_schema.schema.type");
        Part image = new Part.Image(new Part.Media.Url("http://x"), "", Map.of());
        assertThat(failure(Calls.user("hi").turn(Turn.Role.USER, image)).param())
                .isEqualTo("messages[1].content[0]");
        assertThat(failure(new Calls()).param()).isEqualTo("messages");
        assertThat(failure(Calls.user("hi").set(Setting.TEMPERATURE, "-1")).param())
                .isEqualTo("temperature");
        assertThat(failure(Calls.user("hi").set(Setting.CHOICES, "0")).param()).isEqualTo("n");
        assertThat(failure(Calls.user("hi").set(Setting.LOGIT_BIAS, "{\"288\":1}"))
                        .param())
                .isEqualTo("logit_bias");
        assertThat(failure(Calls.user("hi").set(Setting.STOP, "[1]")).param()).isEqualTo("stop");
        assertThat(failure(Calls.user("hi").set(Setting.MAX_OUTPUT_TOKENS, "0")).param())
                .isEqualTo("max_tokens");
    }

    @Test
    void theDeadlineHolds() {
        Calls late = hot(1).set(Setting.MAX_OUTPUT_TOKENS, "200");
        late.deadline = Instant.EPOCH;
        Calls.Listener unread = ask(late, new Calls.Listener(1));
        context.runOnContext(v -> unread.subscription.join().request(Long.MAX_VALUE / 2));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(unread::await)
                .havingCause()
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns(ChatFailure.Kind.UPSTREAM_TIMEOUT, ChatFailure::kind);
    }

    @Test
    void toolsThatMustNotBeCalledAreDroppedWithAWarning() throws Exception {
        Calls tools = Calls.user("hello");
        tools.tools.add(new Tool.Function("f", "", new RawJson("{}"), false, Map.of()));
        tools.toolChoice = new ToolChoice.None();
        tools.extras = Map.of("zeta", new RawJson("1"));
        answer(tools);
        assertThat(tools.warnings).hasSize(2);
    }

    @Test
    void eightAtOnce() throws Exception {
        List<Calls.Listener> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(ask(hot(i)));
        }
        for (int i = 0; i < 8; i++) {
            assertThat(asked.get(i).await().text(0))
                    .isEqualTo(answer(hot(i)).choices().getFirst().text());
        }
    }

    @Test
    void aSecondSubscriberIsRefused() throws Exception {
        Calls.Listener first = new Calls.Listener(Long.MAX_VALUE);
        Calls.Listener second = new Calls.Listener(Long.MAX_VALUE);
        context.runOnContext(v -> {
            Flow.Publisher<ChatEvent> answer = backend.chat(Calls.user("hello").call());
            answer.subscribe(first);
            answer.subscribe(second);
        });
        first.await();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(second::await)
                .withCauseInstanceOf(IllegalStateException.class);
    }
}
