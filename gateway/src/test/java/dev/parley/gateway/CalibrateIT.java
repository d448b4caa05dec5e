package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ModelId;
import dev.parley.gateway.testing.MockUpstream;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Received;
import dev.parley.gateway.testing.Script;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** `parley calibrate`: models are probed, what they said survives a run that breaks off, and what is wrong is told before it costs. */
class CalibrateIT {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final StringWriter screen = new StringWriter();
    private MockUpstream upstream;

    @BeforeEach
    void start() {
        upstream = MockUpstream.start(vertx);
    }

    @AfterEach
    void stop() {
        upstream.close();
        vertx.close();
    }

    private int run(String model, int questions, String... options) throws Exception {
        Files.writeString(folder.resolve("parley.yaml"), """
                backends: [{id: up, url: "%s", max_retries: 0, models: [%s]}]
                """.formatted(upstream.url("/v1"), model));
        Files.writeString(
                folder.resolve("questions.jsonl"),
                IntStream.range(0, questions)
                        .mapToObj(i -> "{\"prompt\":\"Is " + i + " a number?\",\"answer\":\"yes\",\"task\":\"t\"}\n")
                        .collect(Collectors.joining()));
        return command(options);
    }

    private int command(String... options) {
        screen.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(screen, true);
        String[] all = Arrays.stream(options)
                .map(option -> option.replace("DIR", folder.toString()))
                .toArray(String[]::new);
        return new CommandLine(new CalibrateCommand())
                .setOut(writer)
                .setErr(writer)
                .execute(all);
    }

    private static final String[] OPTIONS = {
        "-c", "DIR/parley.yaml", "--questions", "DIR/questions.jsonl", "--out", "DIR/graph.json"
    };

    private Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    void aRunThatBreaksOffGoesOnWhereItWas() throws Exception {
        upstream.expect(OpenAiScripts.answer("yes"), OpenAiScripts.fault(500), OpenAiScripts.answer("no"));
        assertThat(run("m", 3, OPTIONS)).isEqualTo(1);
        assertThat(screen.toString())
                .contains("m could not be asked: 502")
                .contains("2 answers are kept in " + file("graph.json.answers.jsonl"))
                .doesNotContain("\tat ");
        assertThat(file("graph.json")).doesNotExist();

        upstream.expect(OpenAiScripts.answer("yes"));
        assertThat(run("m", 3, OPTIONS)).as("%s", screen).isZero();
        assertThat(screen.toString()).contains("Going on from 2 answers").contains("66.7 % of 3 right");
        assertThat(GraphPlanner.open(file("graph.json").toString()).graph().models())
                .containsExactly("m");
        assertThat(file("graph.json.answers.jsonl")).doesNotExist();
    }

    /** Half a line and half a character, as a full disk or a kill leaves them. */
    @Test
    void aLineThatWasCutCostsThatAnswerAlone() throws Exception {
        Path file = file("a.jsonl");
        try (ProbeLog log = ProbeLog.open(file)) {
            log.add(answer("one"));
        }
        Files.write(file, new byte[] {'{', '"', (byte) 0xC3}, StandardOpenOption.APPEND);
        try (ProbeLog log = ProbeLog.open(file)) {
            assertThat(log.size()).isEqualTo(1);
            log.add(answer("two"));
        }
        try (ProbeLog log = ProbeLog.open(file)) {
            assertThat(log.get(new ModelId("m"), "one")).contains(answer("one"));
            assertThat(log.get(new ModelId("m"), "two")).contains(answer("two"));
        }
    }

    private static ProbeLog.Answer answer(String prompt) {
        return new ProbeLog.Answer(new ModelId("m"), prompt, "yes", 1, Duration.ofMillis(5), 0.5);
    }

    /** A question that is too long for a model says nothing of the others. */
    @Test
    void aQuestionThatIsRefusedIsPassedOver() throws Exception {
        upstream.expect(OpenAiScripts.fault(400));
        IntStream.range(1, 12).forEach(i -> upstream.expect(OpenAiScripts.answer("yes")));
        assertThat(run("m", 12, OPTIONS)).as("%s", screen).isZero();
        assertThat(screen.toString())
                .contains("100.0 % of 11 right")
                .contains("1 questions passed over: 400 scripted fault");
    }

    @Test
    void aModelThatRefusesThemAllIsNotPlaced() throws Exception {
        upstream.expect(OpenAiScripts.fault(400), OpenAiScripts.fault(400), OpenAiScripts.fault(400));
        assertThat(run("m", 3, OPTIONS)).isEqualTo(1);
        assertThat(screen.toString()).contains("m refuses the questions: 400 scripted fault");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("parley.yaml", "questions.jsonl");
    }

    @Test
    void aBackendThatAsksForPatienceGetsIt() throws Exception {
        upstream.expect(
                Script.answer(429, "application/json", "{\"error\":{\"message\":\"slowly\"}}", "retry-after: 1"),
                OpenAiScripts.answer("yes"));
        assertThat(run("m", 1, OPTIONS)).as("%s", screen).isZero();
        assertThat(upstream.requests()).hasSize(2);
    }

    /** OpenAI's refuse a temperature and max_tokens. */
    @ParameterizedTest
    @CsvSource({"'{id: r, capabilities: [chat, reasoning]}', true", "'{id: r, capabilities: [chat]}', false"})
    void aModelThatReasonsGetsRoomForIt(String model, boolean reasons) throws Exception {
        upstream.expect(OpenAiScripts.answer("yes"));
        assertThat(run(model, 1, OPTIONS)).as("%s", screen).isZero();
        Received asked = upstream.take();
        assertThat(asked.text().contains("\"max_completion_tokens\":4096")).isEqualTo(reasons);
        assertThat(asked.text().contains("\"temperature\":0,\"max_tokens\":64")).isEqualTo(!reasons);
    }

    /** The graph's own models and those that joined before are not asked again. */
    @Test
    void onlyWhomTheGraphLacksIsAsked() throws Exception {
        IntStream.range(0, 12).forEach(i -> upstream.expect(OpenAiScripts.answer("yes")));
        assertThat(run("old", 12, OPTIONS)).as("%s", screen).isZero();
        for (String models : new String[] {"old, joins", "old, joins, follows"}) {
            IntStream.range(0, 12).forEach(i -> upstream.expect(OpenAiScripts.answer("yes")));
            assertThat(run(
                            models,
                            12,
                            "-c",
                            "DIR/parley.yaml",
                            "--questions",
                            "DIR/questions.jsonl",
                            "--out",
                            "DIR/graph.json",
                            "--onto",
                            "DIR/graph.json"))
                    .as("%s", screen)
                    .isZero();
        }
        assertThat(upstream.requests()).hasSize(36);
        RoutingGraph graph = GraphPlanner.open(file("graph.json").toString()).graph();
        assertThat(graph.models()).containsExactly("old");
        assertThat(graph.newcomers()).extracting(Newcomer::model).containsExactly("joins", "follows");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --questions DIR/no.jsonl                        | cannot read the questions in DIR/no.jsonl
            --questions DIR/empty.jsonl                     | DIR/empty.jsonl holds no question; a line is {"prompt"
            --questions DIR/half.jsonl                      | DIR/half.jsonl:2 answer: a text is needed there
            --questions DIR/blank.jsonl                     | DIR/blank.jsonl:1 task: a text is needed there
            --questions DIR/text.jsonl                      | DIR/text.jsonl:1 is not JSON; a line is {"prompt"
            --questions DIR/one.jsonl --onto DIR/one.jsonl  | DIR/one.jsonl holds 1 questions, but a model needs at least 10
            --questions DIR/ten.jsonl --onto DIR/one.jsonl  | --onto: routing graph DIR/one.jsonl is not valid
            --questions DIR/one.jsonl --out DIR/no/g.json   | --out: cannot write DIR/no/g.json.answers.jsonl
            --questions DIR/one.jsonl -c DIR/bad.yaml       | unknown key. Did you mean 'backends'?
            """)
    void whatIsWrongIsSaidBeforeAnythingIsAsked(String options, String message) throws Exception {
        String one = "{\"prompt\":\"p\",\"answer\":\"a\",\"task\":\"t\"}\n";
        Files.writeString(file("empty.jsonl"), "\n\n");
        Files.writeString(file("half.jsonl"), one + "{\"prompt\":\"p\",\"task\":\"t\"}\n");
        Files.writeString(file("blank.jsonl"), "{\"prompt\":\"p\",\"answer\":\"a\",\"task\":\" \"}\n");
        Files.writeString(file("text.jsonl"), "What is 2 + 2?\n");
        Files.writeString(file("one.jsonl"), one);
        Files.writeString(
                file("ten.jsonl"),
                IntStream.range(0, 10)
                        .mapToObj(i -> one.replace("\"p\"", "\"p" + i + "\""))
                        .collect(Collectors.joining()));
        Files.writeString(file("bad.yaml"), "backend: []\n");
        String all = options.contains("--out") ? options : options + " --out DIR/g.json";
        assertThat(command(all.split(" +"))).isEqualTo(2);
        assertThat(screen.toString())
                .contains(message.replace("DIR", folder.toString()))
                .doesNotContain("\tat ");
    }
}
