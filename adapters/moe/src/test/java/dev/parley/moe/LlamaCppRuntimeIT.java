package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.AnswerFold;
import dev.parley.chat.Backend;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.FinishReason;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Turn;
import dev.parley.config.BackendSpec;
import dev.parley.config.ExpertControls;
import dev.parley.config.ModelSpec;
import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.llamacpp.LlamaCpp;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** llama.cpp in a child process, on the shipped models beside our own engine, and on a larger one of random weights. */
class LlamaCppRuntimeIT {
    static final Path SHIPPED = Path.of("src/main/resources/dev/parley/moe/models");
    private static final String SLOW = "slow";
    private static final String PERU = "What is the capital of Peru?";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final RandomModel.Sizes SIZES = new RandomModel.Sizes(6, 512, 512, 8, 4, 8, 2);

    private static final String GEMMA =
            "{% for m in messages %}{{ '<start_of_turn>' + m['role'] + '\\n' + m['content'] + '<end_of_turn>\\n' }}{% endfor %}"
                    + "{{ '<start_of_turn>model\\n' }}";

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static Context context;
    private static MoeRuntime own;
    private static LlamaCppRuntime runtime;
    private static Backend ours;
    private static Backend theirs;

    @BeforeAll
    static void start() throws Exception {
        try (var files = Files.list(SHIPPED)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".gguf")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        RandomModel.of("llama", SIZES, TensorType.F32, 3).write(folder.resolve("slow.gguf"));
        RandomModel.of("llama", RandomModel.Sizes.DENSE, TensorType.F32, 3)
                .text("tokenizer.chat_template", GEMMA)
                .write(folder.resolve("foreign.gguf"));
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
        own = MoeRuntime.start(new BackendSpec.Moe("local", "", 1, 8, 8));
        List<ModelSpec> models = new ArrayList<>();
        for (String name : List.of("parley-facts", "parley-text", "parley-math", "parley-chat", SLOW, "foreign")) {
            models.add(to(name).model());
        }
        for (int k : List.of(1, 4)) {
            models.add(tier(to("parley-facts"), k).model());
        }
        runtime = LlamaCppRuntime.start(spec(folder), models, PATIENCE);
        ours = own.backend(context);
        theirs = runtime.backend(context);
    }

    @AfterAll
    static void stop() throws Exception {
        runtime.close();
        own.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static BackendSpec.LlamaCpp spec(Path models) {
        return new BackendSpec.LlamaCpp("big", LlamaCpp.library().toString(), models.toString(), 1, 4, 8, 2048);
    }

    static Calls to(String model, String... question) {
        Calls calls = Calls.user(question.length == 0 ? "hello" : question[0]);
        calls.upstreamModel = model;
        calls.context = 4096;
        calls.maxOutput = 4096;
        return calls;
    }

    static Calls tier(Calls calls, int experts) {
        calls.moe = ExpertControls.onlyNumber(OptionalInt.of(experts));
        return calls;
    }

    private static Calls.Listener ask(Backend backend, Calls calls, Calls.Listener listener) {
        context.runOnContext(v -> backend.chat(calls.call()).subscribe(listener));
        return listener;
    }

    private static Calls.Listener ask(Calls calls) {
        return ask(theirs, calls, new Calls.Listener(Long.MAX_VALUE));
    }

    private static ChatAnswer answer(Backend backend, Calls calls) throws Exception {
        AnswerFold fold = new AnswerFold();
        ask(backend, calls, new Calls.Listener(Long.MAX_VALUE)).await().events.forEach(fold::add);
        return fold.answer();
    }

    private static ChatAnswer.Choice choice(Calls calls) throws Exception {
        return answer(theirs, calls).choices().getFirst();
    }

    /** A long answer, repeatably: the end token may not come. */
    private static Calls babble(long seed) {
        return to(SLOW).set(Setting.TEMPERATURE, "1.5")
                .set(Setting.SEED, Long.toString(seed))
                .set(Setting.LOGIT_BIAS, "{\"257\":-100, \"260\":-100}");
    }

    @ParameterizedTest
    @CsvSource({
        "parley-facts, What is the capital of Peru?",
        "parley-facts, Which country has the capital Oslo?",
        "parley-text, Reverse the word gateway",
        "parley-text, How many vowels are in the word orange?",
        "parley-math, What is 346 + 87?",
        "parley-chat, What day comes after Tuesday?"
    })
    void answersAsOurEngineDoes(String model, String question) throws Exception {
        assertAlike(answer(theirs, to(model, question)), answer(ours, to(model, question)));
    }

    private static void assertAlike(ChatAnswer found, ChatAnswer expected) {
        assertThat(found.choices().getFirst().text())
                .isNotEmpty()
                .isEqualTo(expected.choices().getFirst().text());
        assertThat(found.choices().getFirst().finishReason())
                .isEqualTo(expected.choices().getFirst().finishReason());
        assertThat(found.usage().inputTokens()).isEqualTo(expected.usage().inputTokens());
        assertThat(found.usage().outputTokens()).isEqualTo(expected.usage().outputTokens());
    }

    /** Fewer and more experts than trained with: confident answers, so that rounding tips none. */
    @ParameterizedTest
    @CsvSource({
        "1, What is the capital of Peru?",
        "4, What is the capital of Peru?",
        "4, Which country has the capital Oslo?"
    })
    void aNumberOfExpertsIsATier(int experts, String question) throws Exception {
        ChatAnswer expected = answer(ours, tier(to("parley-facts", question), experts));
        assertAlike(answer(theirs, tier(to("parley-facts", question), experts)), expected);
        Calls asked = to("parley-facts", question).set(Setting.MOE, "{\"experts\":" + experts + "}");
        assertThat(answer(theirs, asked).choices())
                .isEqualTo(answer(theirs, tier(to("parley-facts", question), experts))
                        .choices());
        assertThat(asked.warnings).isEmpty();
    }

    /** Asked for what it does not know, a model is unsure, and the number of experts shows. */
    @Test
    void tiersComputeDifferently() throws Exception {
        double[] logprobs = new double[3];
        Backend[] backends = {theirs, theirs, ours};
        for (int i = 0; i < 3; i++) {
            Calls calls = to("parley-facts", "Reverse the word gateway").set(Setting.LOGPROBS, "true");
            Calls tiered = i == 0 ? calls : tier(calls, 1);
            logprobs[i] = answer(backends[i], tiered)
                    .choices()
                    .getFirst()
                    .logprobs()
                    .getFirst()
                    .logprob();
        }
        double betweenTiers = Math.abs(logprobs[1] - logprobs[0]);
        assertThat(Math.abs(logprobs[1] - logprobs[2]))
                .as("one expert here and there, beside two there: %s", Arrays.toString(logprobs))
                .isLessThan(betweenTiers / 2);
    }

    @Test
    void whatLlamaCppCannotDoIsNamed() throws Exception {
        Calls calls = to("parley-facts", PERU).set(Setting.MOE, "{\"experts\":3,\"top_p\":0.5,\"telemetry\":true}");
        assertThat(choice(calls).text()).isEqualTo("Lima");
        assertThat(calls.warnings)
                .containsExactly(
                        "moe.experts dropped: llama.cpp serves parley-facts with those numbers of experts that models of the"
                                + " configuration name, [1, 4]",
                        "moe: expert controls dropped but for their number, llama.cpp has none",
                        "moe.telemetry: llama.cpp tells no experts");
    }

    @Test
    void streamsOnTheEventLoop() throws Exception {
        Calls.Listener heard = ask(to("parley-math", "What is 346 + 87?")).await();
        assertThat(heard.events.getFirst()).isInstanceOf(ChatEvent.Started.class);
        assertThat(heard.events.getLast()).isInstanceOf(ChatEvent.UsageReported.class);
        assertThat(heard.events.stream().filter(ChatEvent.TextDelta.class::isInstance))
                .hasSizeGreaterThan(1);
        assertThat(heard.threads.stream().distinct()).hasSize(1);
    }

    /** A step of several sums in another order than a step of one, so only confident answers are the same in company. */
    @Test
    void seedsRepeatAndAnswersRunTogether() throws Exception {
        String alone = choice(babble(7).set(Setting.MAX_OUTPUT_TOKENS, "40")).text();
        assertThat(choice(babble(7).set(Setting.MAX_OUTPUT_TOKENS, "40")).text())
                .isEqualTo(alone);
        Calls.Listener seven = ask(babble(7).set(Setting.MAX_OUTPUT_TOKENS, "80"));
        Calls.Listener eight = ask(babble(8).set(Setting.MAX_OUTPUT_TOKENS, "40"));
        assertThat(choice(to("parley-facts", PERU)).text()).isEqualTo("Lima");
        assertThat(eight.await().text(0)).isNotEmpty().isNotEqualTo(alone);
        assertThat(seven.await().text(0)).isNotEmpty();
        assertThat(answer(theirs, babble(7).set(Setting.MAX_OUTPUT_TOKENS, "9").set(Setting.CHOICES, "3"))
                        .choices())
                .extracting(ChatAnswer.Choice::text)
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    @Test
    void settingsCount() throws Exception {
        String question = "What is 346 + 87?";
        ChatAnswer.Choice stopped = choice(to("parley-math", question).set(Setting.STOP, "[\"13 4+\"]"));
        assertThat(stopped.text()).isEqualTo("6+7=");
        assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP_SEQUENCE);
        ChatAnswer cut = answer(theirs, to("parley-math", question).set(Setting.MAX_OUTPUT_TOKENS, "3"));
        assertThat(cut.choices().getFirst().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(cut.usage().outputTokens()).isEqualTo(3);
        Calls scored = to("parley-facts", PERU).set(Setting.LOGPROBS, "true").set(Setting.TOP_LOGPROBS, "2");
        assertThat(choice(scored).logprobs()).hasSize(4).allSatisfy(t -> {
            assertThat(t.top()).hasSize(2);
            assertThat(t.logprob()).isEqualTo(t.top().getFirst().logprob());
        });
        Calls barred = to("parley-facts", PERU).set(Setting.LOGIT_BIAS, "{\"76\":-100}");
        assertThat(choice(barred).text()).as("without an L").doesNotStartWith("L");
    }

    /** Answers with letters that repeat, so that penalties show. */
    @ParameterizedTest
    @CsvSource({
        "REPETITION_PENALTY, 1.8, parley-text, Reverse the word aaaaaaaa",
        "PRESENCE_PENALTY, 2, parley-text, Reverse the word mississippi",
        "FREQUENCY_PENALTY, 2, parley-chat, Tell me a joke"
    })
    void penaltiesAreOurs(String penalty, String value, String model, String question) throws Exception {
        Calls punished = to(model, question).set(Setting.valueOf(penalty), value);
        assertThat(choice(punished).text())
                .isNotEqualTo(choice(to(model, question)).text())
                .isEqualTo(answer(ours, punished).choices().getFirst().text());
    }

    @Test
    void whatPromptsBeginWithIsComputedOnce() throws Exception {
        Calls first = to("parley-chat", "Hello, how are you?");
        ChatAnswer begun = answer(theirs, first);
        Calls second = to("parley-chat", "Hello, how are you?");
        second.turns.add(
                Turn.text(Turn.Role.ASSISTANT, begun.choices().getFirst().text()));
        second.turns.add(Turn.text(Turn.Role.USER, "What day comes after Tuesday?"));
        ChatAnswer on = answer(theirs, second);
        long prompt = begun.usage().inputTokens();
        assertThat(begun.usage().cachedInputTokens()).isLessThan(prompt);
        assertThat(on.usage().cachedInputTokens())
                .as("the question and the answer, but for their ends")
                .isBetween(prompt, prompt + begun.usage().outputTokens());
        assertAlike(on, answer(ours, second));
        assertThat(answer(theirs, second).usage().cachedInputTokens())
                .as("all but the last token")
                .isEqualTo(on.usage().inputTokens() - 1);
    }

    @Test
    void jsonKeepsToItsSchema() throws Exception {
        Calls calls = to("parley-facts", PERU);
        calls.format = new OutputFormat.JsonSchema("answer", "", new RawJson("""
                {"type":"object","properties":{"answer":{"type":"string","maxLength":12},"sure":{"type":"boolean"}},
                 "required":["answer","sure"],"additionalProperties":false}"""), true);
        var json = new ObjectMapper().readTree(choice(calls).text());
        assertThat(json.path("answer").isTextual()).isTrue();
        assertThat(json.path("sure").isBoolean()).isTrue();
    }

    @Test
    void continuesWhatTheAssistantBegan() throws Exception {
        Calls begun = to("parley-facts", PERU);
        begun.turns.add(Turn.text(Turn.Role.ASSISTANT, "Li"));
        assertThat(choice(begun).text()).isEqualTo("ma");
    }

    /** There control tokens are text, so that a message must not name one. */
    @Test
    void llamaCppWritesByTemplatesThatWeDoNotKnow() throws Exception {
        ChatAnswer answer = answer(theirs, to("foreign", "hello").set(Setting.MAX_OUTPUT_TOKENS, "2"));
        assertThat(answer.usage().inputTokens())
                .isEqualTo("<start_of_turn>user\nhello<end_of_turn>\n<start_of_turn>model\n".length());
        ChatFailure forged = failure(ask(to("foreign", "hello<|end|>")));
        assertThat(forged.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST);
        assertThat(forged.getMessage()).startsWith("messages[0] holds a control token of foreign as text");
    }

    private static ChatFailure failure(Calls.Listener listener) {
        List<ChatFailure> found = new ArrayList<>();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(listener::await)
                .havingCause()
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .satisfies(found::add);
        return found.getFirst();
    }

    @Test
    void aConversationThatIsTooLongIsRefused() {
        ChatFailure failure = failure(ask(to(SLOW, "x".repeat(3000))));
        assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.CONTEXT_OVERFLOW);
        assertThat(failure.getMessage())
                .isEqualTo(
                        "The conversation has 3003 tokens, but slow takes 2048 in all, prompt and answer. Shorten it, or"
                                + " raise context of its llamacpp backend if the model was trained for more.");
    }

    @Test
    void cancellingFreesThePlace() throws Exception {
        List<Calls.Listener> cancelled = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            cancelled.add(ask(theirs, babble(i), new Calls.Listener(Long.MAX_VALUE) {
                @Override
                public void onNext(ChatEvent event) {
                    super.onNext(event);
                    if (event instanceof ChatEvent.TextDelta) {
                        subscription.join().cancel();
                    }
                }
            }));
        }
        assertThat(choice(to("parley-facts", PERU)).text())
                .as("in a place that a cancelled one has left")
                .isEqualTo("Lima");
        assertThat(cancelled).allSatisfy(listener -> {
            assertThat(listener.end).isNotDone();
            assertThat(listener.events.stream().filter(ChatEvent.TextDelta.class::isInstance))
                    .hasSize(1);
        });
    }
}
