package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.RawJson;
import dev.parley.moe.engine.constrain.JsonForm;
import dev.parley.moe.engine.generate.Ending;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.generate.GenerationRequest;
import dev.parley.moe.engine.generate.Recorder;
import dev.parley.moe.engine.generate.SamplingSpec;
import dev.parley.moe.engine.generate.Scheduler;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of a shipped model, which never saw JSON, held to a form. */
class JsonAnswerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static Model model;
    private static Scheduler scheduler;

    @BeforeAll
    static void load() throws Exception {
        try (var in = JsonAnswerTest.class.getResourceAsStream("/dev/parley/moe/models/parley-facts.gguf")) {
            model = ModelLoader.load(
                    "parley-facts.gguf", Objects.requireNonNull(in).readAllBytes());
        }
        scheduler = new Scheduler(new Scheduler.Limits(1, 4, 64), List.of(model), Kernels::vector);
    }

    @AfterAll
    static void close() {
        scheduler.close();
    }

    private static Recorder ask(String question, double temperature, long seed, int tokens, JsonForm.Document form) {
        Recorder recorder = new Recorder();
        var sampling = new SamplingSpec(temperature, 0, 1, 0, SamplingSpec.Penalties.NONE, Map.of());
        var request = new GenerationRequest(
                List.of(new ChatMessage(ChatMessage.Role.USER, question)),
                sampling,
                seed,
                new GenerationRequest.Limits(tokens, 4096, List.of()),
                -1,
                ExpertSpec.USUAL,
                Optional.of(form));
        scheduler.submit(model, List.of(new Scheduler.Task(request, recorder)));
        return recorder;
    }

    private static JsonForm.Document schema(String text) {
        return SchemaReader.read(new RawJson(text), "schema", w -> {});
    }

    @Test
    void whatTheModelKnowsStandsInTheForm() throws Exception {
        JsonForm.Document form = schema("""
                {"type":"object","properties":{"answer":{"type":"string","maxLength":12},"sure":{"type":"boolean"}},
                 "required":["answer","sure"],"additionalProperties":false}""");
        Recorder recorder = ask("What is the capital of Peru?", 0, 1, 100, form);
        assertThat(recorder.await().reason()).isEqualTo(Ending.Reason.END);
        JsonNode answer = JSON.readTree(recorder.text.toString());
        assertThat(answer.path("answer").isTextual()).isTrue();
        assertThat(answer.path("sure").isBoolean()).isTrue();
        assertThat(answer.size()).isEqualTo(2);
    }

    @Test
    void aChoiceIsOneOfThoseOffered() throws Exception {
        JsonForm.Document form = schema("{\"enum\":[\"Oslo\",\"Lima\",17,null]}");
        for (double temperature : new double[] {0, 1, 5}) {
            Recorder recorder = ask("What is the capital of Norway?", temperature, 1, 20, form);
            assertThat(recorder.await().reason()).isEqualTo(Ending.Reason.END);
            assertThat(recorder.text.toString()).isIn("\"Oslo\"", "\"Lima\"", "17", "null");
        }
    }

    @Test
    void hotAnswersAreWellFormedToo() throws Exception {
        JsonForm.Document form = schema("""
                {"type":"array","minItems":1,"maxItems":3,"items":{"type":"object","properties":{
                  "n":{"type":["integer","null"]},"s":{"type":"string","maxLength":6},"t":{"enum":["a","b"]}},
                 "required":["n","t"]}}""");
        List<Recorder> recorders = new ArrayList<>();
        for (long seed = 0; seed < 24; seed++) {
            recorders.add(ask("Tell me.", 2, seed, 600, form));
        }
        for (Recorder recorder : recorders) {
            assertThat(recorder.await().reason()).isEqualTo(Ending.Reason.END);
            JsonNode answer = JSON.readTree(recorder.text.toString());
            assertThat(answer.size()).isBetween(1, 3);
            answer.forEach(item -> {
                assertThat(item.path("n").isIntegralNumber() || item.path("n").isNull())
                        .isTrue();
                assertThat(item.path("s").asText()).hasSizeLessThanOrEqualTo(6);
                assertThat(item.path("t").asText()).isIn("a", "b");
            });
        }
    }

    @Test
    void aShortLimitCutsTheAnswerAndSaysSo() throws Exception {
        Recorder recorder = ask("Tell me.", 0, 1, 1, schema("{\"type\":\"object\"}"));
        assertThat(recorder.await().reason()).isEqualTo(Ending.Reason.LENGTH);
        assertThat(recorder.text).hasToString("{");
    }
}
