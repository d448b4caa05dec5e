package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvFigures;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of shipped weights at temperature 0 are the same, whatever memory their keys and values share. */
class SharedMemoryIT {
    private static final String SYSTEM =
            "You answer questions about countries and elements, in one word if you can. ".repeat(2);
    private static final ExpertSpec ONE = new ExpertSpec(
            new GateRule(OptionalInt.of(1), 1, 0, OptionalInt.empty(), new float[0][]), Optional.empty(), true);
    private static final ExpertSpec CONTRASTED = new ExpertSpec(
            GateRule.USUAL,
            Optional.of(new ExpertSpec.Contrast(
                    new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.of(2), new float[0][]), 0.1, 0.5)),
            true);
    private static final List<String> QUESTIONS = List.of(
            "What is the capital of Peru?",
            "What is the capital of Norway?",
            "What is the symbol of gold?",
            "Which country has the capital Rome?",
            "What is the capital of Japan?",
            "What is the symbol of iron?");
    private static Model model;

    private Scheduler scheduler = scheduler(1000, 8);

    @BeforeAll
    static void load() throws Exception {
        model = ModelLoader.load(Path.of("src/main/resources/dev/parley/moe/models/parley-facts.gguf"));
    }

    private static Scheduler scheduler(int pages, int sequences) {
        Scheduler.Limits limits = new Scheduler.Limits(2, sequences, 64, pages * Forward.pageBytes(model));
        return new Scheduler(limits, List.of(model), Kernels::vector);
    }

    @AfterEach
    void close() {
        scheduler.close();
    }

    private static GenerationRequest request(ExpertSpec experts, int tokens, ChatMessage... messages) {
        GenerationRequest.Limits limits = new GenerationRequest.Limits(tokens, Integer.MAX_VALUE, List.of());
        return new GenerationRequest(List.of(messages), SamplingSpec.GREEDY, 1, limits, 0, experts);
    }

    private static GenerationRequest request(ExpertSpec experts, String question) {
        return request(experts, 40, new ChatMessage(ChatMessage.Role.SYSTEM, SYSTEM), user(question));
    }

    private static ChatMessage user(String text) {
        return new ChatMessage(ChatMessage.Role.USER, text);
    }

    private Recorder ask(GenerationRequest request) {
        Recorder recorder = new Recorder();
        scheduler.submit(model, List.of(new Scheduler.Task(request, recorder)));
        return recorder;
    }

    /** Text, each token's probability and each expert, in an engine that has computed nothing before. */
    private static List<Object> alone(GenerationRequest request) throws Exception {
        Recorder recorder = new Recorder();
        try (Scheduler fresh = scheduler(1000, 1)) {
            fresh.submit(model, List.of(new Scheduler.Task(request, recorder)));
            assertThat(recorder.await().reused()).isZero();
        }
        return said(recorder);
    }

    private static List<Object> said(Recorder recorder) throws Exception {
        Ending ending = recorder.await();
        return List.of(
                recorder.text.toString(),
                ending.tokens(),
                ending.reason(),
                recorder.scores.stream().map(TokenScore::logprob).toList(),
                ending.experts());
    }

    @Test
    void aConversationThatGoesOnComputesOnlyWhatIsNew() throws Exception {
        List<ChatMessage> turns = new ArrayList<>(List.of(new ChatMessage(ChatMessage.Role.SYSTEM, SYSTEM)));
        int before = 0;
        for (String question : QUESTIONS) {
            turns.add(user(question));
            GenerationRequest request = request(ExpertSpec.USUAL, 40, turns.toArray(ChatMessage[]::new));
            Recorder recorder = ask(request);
            Ending ending = recorder.await();
            assertThat(said(recorder)).isEqualTo(alone(request));
            assertThat(ending.reused()).as("all but the new question").isGreaterThanOrEqualTo(before);
            before = recorder.started.join();
            turns.add(new ChatMessage(ChatMessage.Role.ASSISTANT, recorder.text.toString()));
        }
        assertThat(scheduler.kv().reusedTokens()).isGreaterThan(scheduler.kv().promptTokens() / 2);
        assertThat(scheduler.kv().heldBytes()).isZero();
    }

    @Test
    void aSystemPromptIsSharedByWhatRunsTogether() throws Exception {
        List<Recorder> together = new ArrayList<>();
        for (String question : QUESTIONS) {
            together.add(ask(request(ExpertSpec.USUAL, question)));
        }
        int reused = 0;
        for (int i = 0; i < QUESTIONS.size(); i++) {
            assertThat(said(together.get(i))).isEqualTo(alone(request(ExpertSpec.USUAL, QUESTIONS.get(i))));
            reused += together.get(i).await().reused();
        }
        assertThat(reused).as("two pages and more by all but the first").isGreaterThanOrEqualTo(5 * 128);
    }

    @Test
    void otherExpertControlsNeverShare() throws Exception {
        for (String question : QUESTIONS.subList(0, 2)) {
            for (ExpertSpec experts : List.of(new ExpertSpec(GateRule.USUAL, Optional.empty(), true), ONE)) {
                Recorder recorder = ask(request(experts, question));
                assertThat(said(recorder)).isEqualTo(alone(request(experts, question)));
                assertThat(recorder.await().reused() == 0)
                        .as("only the first question is new to its rule")
                        .isEqualTo(question.equals(QUESTIONS.getFirst()));
            }
        }
        Recorder first = ask(request(CONTRASTED, QUESTIONS.getFirst()));
        assertThat(said(first)).isEqualTo(alone(request(CONTRASTED, QUESTIONS.getFirst())));
        assertThat(first.await().reused())
                .as("its weak side has computed nothing")
                .isZero();
        Recorder again = ask(request(CONTRASTED, QUESTIONS.get(1)));
        assertThat(said(again)).isEqualTo(alone(request(CONTRASTED, QUESTIONS.get(1))));
        assertThat(again.await().reused()).isGreaterThanOrEqualTo(128);
    }

    @Test
    void aCancelledAnswerLeavesWhatIsRight() throws Exception {
        for (String question : QUESTIONS) {
            Recorder told = new Recorder();
            Generation running = scheduler
                    .submit(model, List.of(new Scheduler.Task(request(ExpertSpec.USUAL, question), told)))
                    .getFirst();
            told.firstText.get(30, java.util.concurrent.TimeUnit.SECONDS);
            running.cancel();
            Recorder again = ask(request(ExpertSpec.USUAL, question));
            assertThat(said(again)).isEqualTo(alone(request(ExpertSpec.USUAL, question)));
            assertThat(again.await().reused()).isGreaterThanOrEqualTo(128);
        }
    }

    @Test
    void littleMemoryMakesAnswersWaitAndGiveWayButNotDiffer() throws Exception {
        scheduler.close();
        int pages = 9; // two answers of four pages fit beside each other; contrasted ones take eight
        scheduler = scheduler(pages, 8);
        List<GenerationRequest> requests = new ArrayList<>();
        List<Recorder> recorders = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < QUESTIONS.size(); i++) {
                ExpertSpec experts = List.of(ExpertSpec.USUAL, ONE, CONTRASTED).get((i + round) % 3);
                String question = QUESTIONS.get(i);
                requests.add(request(
                        experts,
                        80,
                        new ChatMessage(ChatMessage.Role.SYSTEM, SYSTEM.substring(0, 150 - 10 * round)),
                        user(question)));
            }
        }
        requests.forEach(request -> recorders.add(ask(request)));
        for (int i = 0; i < requests.size(); i++) {
            assertThat(said(recorders.get(i))).isEqualTo(alone(requests.get(i)));
            KvFigures now = scheduler.kv(); // once: a page may go from one to the other in between
            assertThat(now.heldBytes() + now.keptBytes()).isLessThanOrEqualTo(pages * Forward.pageBytes(model));
        }
        assertThat(scheduler.kv().evictedPages()).isPositive();
        assertThat(scheduler.kv().heldBytes()).isZero();
    }

    @Test
    void whatNeverFitsIsRefusedAndSaysWhy() throws Exception {
        scheduler.close();
        scheduler = scheduler(3, 4);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(
                        () -> ask(request(ExpertSpec.USUAL, "x".repeat(100))).await())
                .withCauseInstanceOf(EngineException.class)
                .withMessageContaining("has memory for 192 in all")
                .withMessageContaining("raise kv_memory");
        Recorder longest = ask(request(ExpertSpec.USUAL, 1000, user("What is the capital of Peru? ".repeat(3))));
        assertThat(longest.await().tokens() + longest.started.join()).isLessThanOrEqualTo(192);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scheduler(0, 1))
                .withMessageContaining("kv_memory: 0 bytes");
    }
}
