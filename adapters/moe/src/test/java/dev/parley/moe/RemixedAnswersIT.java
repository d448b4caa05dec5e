package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.RawJson;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import dev.parley.moe.engine.generate.Ending;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.Recorder;
import dev.parley.moe.engine.generate.SamplingSpec;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Re-mixing on the shipped weights with the shipped references; scalar kernels, whose sums do not depend on the JIT. */
class RemixedAnswersIT {
    private static final List<String> QUESTIONS = List.of(
            "What is the capital of Peru?",
            "What is the capital of Japan?",
            "What is the chemical symbol of iron?",
            "Which continent is Kenya in?");
    private static Model facts;
    private static ExpertRules rules;

    @BeforeAll
    static void load() {
        Map<String, Model> models = ModelStore.shipped();
        facts = Objects.requireNonNull(models.get("parley-facts"));
        rules = new ExpertRules(
                facts, Objects.requireNonNull(ExpertSets.read("", models).get("parley-facts")));
    }

    private record Said(String text, List<List<List<Integer>>> experts) {}

    private static List<Said> ask(int together, List<String> controls) throws Exception {
        List<Recorder> asked = new ArrayList<>();
        List<Said> said = new ArrayList<>();
        try (Scheduler scheduler =
                new Scheduler(new Scheduler.Limits(1, together, 64), List.of(facts), Kernels::scalar)) {
            for (int i = 0; i < controls.size(); i++) {
                ExpertSpec experts = rules.read(
                        ExpertJson.ask(JsonView.of(new RawJson(controls.get(i)), "moe"))
                                .controls(),
                        true);
                asked.add(new Recorder());
                GenerationRequest request = new GenerationRequest(
                        List.of(new ChatMessage(ChatMessage.Role.USER, QUESTIONS.get(i % QUESTIONS.size()))),
                        SamplingSpec.GREEDY,
                        0,
                        new GenerationRequest.Limits(24, 512, List.of()),
                        -1,
                        experts);
                scheduler.submit(facts, List.of(new Scheduler.Task(request, asked.getLast())));
            }
            for (Recorder recorder : asked) {
                Ending ending = recorder.await();
                said.add(new Said(recorder.text.toString(), ending.experts().chosen()));
            }
        }
        return said;
    }

    private static List<Said> ask(String control) throws Exception {
        return ask(1, QUESTIONS.stream().map(q -> control).toList());
    }

    /** Of the first token, whose prompt is the same in all runs. */
    private static List<List<Integer>> layers(Said said, int from, int to) {
        return said.experts().getFirst().subList(from, to);
    }

    @Test
    void criticalLayersChooseOtherExpertsAndEarlierOnesDoNot() throws Exception {
        List<Said> usual = ask("{}");
        List<Said> mixed = ask("{\"remix\":{\"weight\":1}}");
        int changed = 0;
        for (int i = 0; i < QUESTIONS.size(); i++) {
            assertThat(layers(mixed.get(i), 0, 2)).isEqualTo(layers(usual.get(i), 0, 2));
            changed += layers(mixed.get(i), 2, 4).equals(layers(usual.get(i), 2, 4)) ? 0 : 1;
        }
        assertThat(changed).isPositive();
        assertThat(usual.getFirst().text()).contains("Lima");
        assertThat(ask("{\"remix\":{\"weight\":0.2}}").getFirst().text()).contains("Lima");
    }

    /** Nor does it matter what is computed beside it, or what of its prompt others have computed by other rules. */
    @Test
    void aRemixedAnswerIsTheSameInCompany() throws Exception {
        String mixed = "{\"remix\":{\"weight\":0.7,\"neighbours\":4}}";
        List<Said> alone = ask(mixed);
        List<String> controls = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < QUESTIONS.size(); i++) {
                controls.add((round + i) % 2 == 0 ? mixed : "{}");
            }
        }
        List<Said> company = ask(8, controls);
        for (int i = 0; i < company.size(); i++) {
            if (controls.get(i).equals(mixed)) {
                assertThat(company.get(i)).isEqualTo(alone.get(i % QUESTIONS.size()));
            }
        }
    }

    @Test
    void maskedExpertsStayMasked() throws Exception {
        List<Said> masked = ask("{\"remix\":{\"weight\":1},\"mask\":[\"*/1\",\"*/6\"]}");
        assertThat(masked)
                .allSatisfy(said -> assertThat(said.experts())
                        .allSatisfy(layers -> assertThat(layers)
                                .allSatisfy(picked -> assertThat(picked).doesNotContain(1, 6))));
    }
}
