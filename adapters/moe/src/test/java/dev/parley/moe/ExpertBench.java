package dev.parley.moe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import dev.parley.config.ExpertControls;
import dev.parley.moe.engine.generate.Ending;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.Recorder;
import dev.parley.moe.engine.generate.SamplingSpec;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each expert control costs and gains on the shipped models' held-out questions: a table in Markdown. Speed is tokens (prompt and
 * answer) per second of this process's CPU, eight questions at a time on one thread, the median of interleaved rounds.
 */
public final class ExpertBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static int rounds = 3;

    /** The controls compared, as a request would say them; {@code TASK} stands for the question's own task. */
    private static final List<String> CONTROLS = List.of(
            "{}",
            "{\"experts\":1}",
            "{\"experts\":3}",
            "{\"experts\":4}",
            "{\"experts\":8}",
            "{\"top_p\":0.5}",
            "{\"top_p\":0.7}",
            "{\"top_p\":0.9}",
            "{\"top_p\":0.9,\"experts\":2}",
            "{\"min_p\":0.3}",
            "{\"min_p\":0.6}",
            "{\"expert_set\":\"TASK\"}",
            "{\"expert_set\":\"all\"}",
            "{\"contrast\":{\"beta\":0.25}}",
            "{\"contrast\":{}}",
            "{\"contrast\":{\"beta\":1}}",
            "{\"remix\":{\"weight\":0.2}}",
            "{\"remix\":{}}",
            "{\"remix\":{\"weight\":0.5,\"neighbours\":1}}",
            "{\"remix\":{\"weight\":1}}");

    /** For the model that has null experts. */
    private static final List<String> NULLS = List.of(
            "{}",
            "{\"null_bias\":-100}",
            "{\"null_bias\":-2}",
            "{\"null_bias\":-1}",
            "{\"null_bias\":1}",
            "{\"null_bias\":2}",
            "{\"null_bias\":4}",
            "{\"experts\":2}",
            "{\"experts\":4}");

    private ExpertBench() {}

    private record Question(String task, String prompt, String answer) {}

    /** One pass over a model's questions. */
    private record Run(List<String> answers, int right, double experts, double tokensPerSecond) {}

    /** @param args file of questions (JSON lines with specialist, task, prompt, answer), and rounds if not 3 */
    public static void main(String[] args) throws Exception {
        rounds = args.length > 1 ? Integer.parseInt(args[1]) : rounds;
        Map<String, List<Question>> byModel = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            JsonNode q = JSON.readTree(line);
            byModel.computeIfAbsent(q.path("specialist").asText(), s -> new ArrayList<>())
                    .add(new Question(
                            q.path("task").asText(),
                            q.path("prompt").asText(),
                            q.path("answer").asText()));
        }
        Map<String, Model> models = ModelStore.shipped();
        var sets = ExpertSets.read("", models);
        for (Map.Entry<String, List<Question>> entry : byModel.entrySet()) {
            Model model = models.get(entry.getKey());
            if (model != null) {
                vote(
                        compare(
                                new ExpertRules(model, sets.getOrDefault(entry.getKey(), Calibration.NONE)),
                                model,
                                CONTROLS,
                                entry.getValue()),
                        entry.getValue());
            }
        }
        Model general = models.get("parley-general");
        if (general != null) {
            List<Question> all = byModel.values().stream().flatMap(List::stream).toList();
            compare(new ExpertRules(general, Calibration.NONE), general, NULLS, all);
        }
    }

    private static Map<String, List<Run>> compare(
            ExpertRules rules, Model model, List<String> controls, List<Question> questions) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%n### %s, %d questions%n| moe | right | experts | tokens/s | to the usual |%n|---|---|---|---|---|%n",
                model.profile().name(),
                questions.size());
        for (int i = 0; i < 3; i++) {
            ask(model, rules, "{}", questions); // warms up
        }
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String control : controls) {
                runs.computeIfAbsent(control, c -> new ArrayList<>()).add(ask(model, rules, control, questions));
            }
        }
        double usual = speed(runs.getOrDefault("{}", List.of()));
        runs.forEach((control, list) -> System.out.printf(
                Locale.ROOT,
                "| `%s` | %.1f %% | %.2f | %.0f | %.2fx |%n",
                control,
                100.0 * list.getFirst().right() / questions.size(),
                list.getFirst().experts(),
                speed(list),
                speed(list) / usual));
        return runs;
    }

    private static double speed(List<Run> runs) {
        double[] speeds =
                runs.stream().mapToDouble(Run::tokensPerSecond).sorted().toArray();
        return speeds[speeds.length / 2];
    }

    /** Dynamic Experts Search over 1, 2, 3 experts: the most frequent answer, ties by the trained count; and how often any was right. */
    private static void vote(Map<String, List<Run>> runs, List<Question> questions) {
        List<List<String>> answers = new ArrayList<>();
        for (String control : List.of("{}", "{\"experts\":1}", "{\"experts\":3}")) {
            answers.add(runs.getOrDefault(control, List.of()).getFirst().answers());
        }
        int right = 0;
        int any = 0;
        for (int i = 0; i < questions.size(); i++) {
            Map<String, Integer> votes = new HashMap<>();
            String best = answers.getFirst().get(i);
            boolean hit = false;
            for (List<String> one : answers) {
                votes.merge(one.get(i), 1, Integer::sum);
                best = votes.getOrDefault(one.get(i), 0) > votes.getOrDefault(best, 0) ? one.get(i) : best;
                hit |= Grading.right(one.get(i), questions.get(i).answer());
            }
            right += Grading.right(best, questions.get(i).answer()) ? 1 : 0;
            any += hit ? 1 : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "| vote of 1, 2, 3 experts | %.1f %% (any of them: %.1f %%) | 6.00 | | |%n",
                100.0 * right / questions.size(),
                100.0 * any / questions.size());
    }

    private static Run ask(Model model, ExpertRules rules, String control, List<Question> questions) throws Exception {
        Scheduler.Limits limits = new Scheduler.Limits(1, 8, questions.size());
        Kernels kernels = Kernels.vector();
        long cpu = SYSTEM.getProcessCpuTime();
        List<Recorder> heard = new ArrayList<>();
        try (Scheduler scheduler = new Scheduler(limits, List.of(model), () -> kernels)) {
            for (Question question : questions) {
                Recorder recorder = new Recorder();
                heard.add(recorder);
                GenerationRequest request = new GenerationRequest(
                        List.of(new ChatMessage(ChatMessage.Role.USER, question.prompt())),
                        SamplingSpec.GREEDY,
                        0,
                        new GenerationRequest.Limits(96, 512, List.of()),
                        -1,
                        experts(rules, control.replace("TASK", question.task())));
                scheduler.submit(model, List.of(new Scheduler.Task(request, recorder)));
            }
            for (Recorder recorder : heard) {
                recorder.ending.join(); // cold kernels on a busy machine take their time
            }
        }
        double seconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        return run(questions, heard, seconds);
    }

    private static Run run(List<Question> questions, List<Recorder> heard, double seconds) throws Exception {
        List<String> answers = new ArrayList<>();
        int right = 0;
        double experts = 0;
        long made = 0;
        long tokens = 0;
        for (int i = 0; i < questions.size(); i++) {
            Ending ending = heard.get(i).await();
            answers.add(heard.get(i).text.toString());
            right += Grading.right(answers.getLast(), questions.get(i).answer()) ? 1 : 0;
            experts += ending.experts().perToken() * ending.experts().tokens();
            made += ending.experts().tokens();
            tokens += ending.tokens() + heard.get(i).started.join();
        }
        return new Run(answers, right, experts / made, tokens / seconds);
    }

    private static ExpertSpec experts(ExpertRules rules, String control) {
        ExpertControls controls =
                ExpertJson.ask(JsonView.of(new RawJson(control), "moe")).controls();
        return rules.read(controls, false);
    }
}
