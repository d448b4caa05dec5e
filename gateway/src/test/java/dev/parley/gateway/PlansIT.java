package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several models answer one request: races, votes, cascades. */
class PlansIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String THIRD =
            "models: [{id: third, backend: two, upstream: up, price: {input: 0.2, output: 0.3}, card: {quality: 0.7}}]\n";
    private static final String RACE =
            "\"gateway\":{\"strategy\":\"fanout\",\"fanout\":{\"n\":%d,\"aggregate\":\"first\"}}";
    private static final String VOTE =
            "\"gateway\":{\"strategy\":\"fanout\",\"fanout\":{\"n\":3,\"aggregate\":\"vote\"}}";
    private static final String JUDGE =
            "\"gateway\":{\"strategy\":\"fanout\",\"fanout\":{\"n\":2,\"aggregate\":\"judge\"}}";
    private static final String SYNTHESIZE =
            "\"gateway\":{\"strategy\":\"fanout\",\"fanout\":{\"n\":2,\"aggregate\":\"synthesize\"}}";
    private static final String CASCADE = "\"gateway\":{\"strategy\":\"cascade\"}";

    @TempDir
    Path folder;

    @Test
    void theFirstToAnswerWinsARaceAndTheOthersAreCancelled() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(Script.begin().hold());
            fleet.two.expect(OpenAiScripts.stream("quick"));
            var answer = fleet.gateway.open(
                    CHAT, TestGateway.chat("auto:quality", "x", "\"stream\":true", RACE.formatted(2)));
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("quick")
                    .endsWith("data: [DONE]\n\n");
            assertThat(header(answer, "x-gateway-model")).isEqualTo("second");
            assertThat(fleet.one.hungUp(1000)).isTrue();
            assertThat(statuses(fleet.gateway.outcome(answer))).containsExactly("first cancelled", "second ok");
            assertThat(fleet.gateway.admin("/metrics").body())
                    .contains("gateway_backend_inflight{backend=\"one\"} 0.0");
        }
    }

    @Test
    void aRunnerThatFailsDoesNotEndTheRace() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.fault(500));
            fleet.two.expect(OpenAiScripts.answer("steady"));
            var answer = ask(fleet, RACE.formatted(2));
            assertThat(text(answer)).isEqualTo("steady");
            assertThat(statuses(fleet.gateway.outcome(answer))).containsExactly("first UPSTREAM_FAILED", "second ok");
            fleet.one.expect(OpenAiScripts.fault(500));
            fleet.two.expect(OpenAiScripts.fault(500));
            var failed = ask(fleet, RACE.formatted(2));
            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(failed.body()).contains("All 2 attempts failed");
        }
    }

    @Test
    void theMajorityOfAVoteAnswersAlsoInAStream() throws Exception {
        try (Fleet fleet = Fleet.start(folder, THIRD)) {
            for (boolean stream : List.of(false, true)) {
                fleet.one.expect(OpenAiScripts.answer("forty-one"));
                fleet.two.expect(OpenAiScripts.answer("Forty-two."), OpenAiScripts.answer("forty-two"));
                var answer =
                        fleet.gateway.post(CHAT, TestGateway.chat("auto:quality", "x", "\"stream\":" + stream, VOTE));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body()).containsIgnoringCase("forty-two").doesNotContain("forty-one");
                JsonNode outcome = fleet.gateway.outcome(answer);
                assertThat(statuses(outcome)).containsExactlyInAnyOrder("first ok", "second ok", "third ok");
                assertThat(outcome.at("/usage/output_tokens").asInt())
                        .as("of all three calls")
                        .isEqualTo(9);
                assertThat(outcome.at("/cost_nano_usd").asLong()).isEqualTo(13_000 + 1_300 + 2_300);
            }
        }
    }

    @Test
    void aJudgePicksAnAnswerByItsNumber() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            for (String number : List.of("1", "The best answer is 2.")) {
                fleet.one.expect(OpenAiScripts.answer("alpha"), OpenAiScripts.answer(number));
                fleet.two.expect(OpenAiScripts.answer("beta"));
                var answer = ask(fleet, JUDGE);
                fleet.one.take();
                String shown = fleet.one.take().text();
                assertThat(shown)
                        .contains("alpha", "beta", "number of the best answer")
                        .contains("USER: x");
                boolean alphaFirst = shown.indexOf("alpha") < shown.indexOf("beta");
                assertThat(text(answer)).isEqualTo(alphaFirst == number.equals("1") ? "alpha" : "beta");
                assertThat(statuses(fleet.gateway.outcome(answer)))
                        .containsExactlyInAnyOrder("first ok", "second ok", "first ok");
                assertThat(header(answer, "x-gateway-warnings")).isEmpty();
            }
        }
    }

    @Test
    void aJudgeThatNamesNoAnswerOrFailsLeavesItToTheVoteAndSaysSo() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            for (Script verdict :
                    List.of(OpenAiScripts.answer("hard to say"), OpenAiScripts.answer("7"), OpenAiScripts.fault(400))) {
                fleet.one.expect(OpenAiScripts.answer("alpha"), verdict);
                fleet.two.expect(OpenAiScripts.answer("beta"));
                var answer = ask(fleet, JUDGE);
                assertThat(text(answer))
                        .as("a tie goes to the one predicted best")
                        .isEqualTo("alpha");
                assertThat(header(answer, "x-gateway-warnings")).contains("the majority was taken");
            }
        }
    }

    @Test
    void answersThatAgreeNeedNoJudge() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.answer("Same."));
            fleet.two.expect(OpenAiScripts.answer("same"));
            assertThat(statuses(fleet.gateway.outcome(ask(fleet, JUDGE)))).containsExactly("first ok", "second ok");
        }
    }

    @Test
    void aSynthesisIsWrittenFromAllAnswersAndStreamed() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(OpenAiScripts.answer("alpha"), OpenAiScripts.stream("both"));
            fleet.two.expect(OpenAiScripts.answer("beta"));
            var answer = fleet.gateway.post(CHAT, TestGateway.chat("auto:quality", "x", "\"stream\":true", SYNTHESIZE));
            assertThat(answer.body()).contains("both").endsWith("data: [DONE]\n\n");
            fleet.one.take();
            assertThat(fleet.one.take().text()).contains("Answer 1:\\nalpha", "Answer 2:\\nbeta", "\"stream\":true");
            JsonNode outcome = fleet.gateway.outcome(answer);
            assertThat(statuses(outcome)).containsExactlyInAnyOrder("first ok", "second ok", "first ok");
            assertThat(outcome.at("/decision/plan/aggregation").asText()).isEqualTo("SYNTHESIZE");
        }
    }

    @Test
    void embeddedModelsVote() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            var answer = gateway.post(
                    CHAT, TestGateway.chat("auto", "What is the capital of Peru?", VOTE, "\"temperature\":0"));
            assertThat(text(answer))
                    .as("three opinions: the one predicted best")
                    .contains("Lima");
            assertThat(statuses(gateway.outcome(answer))).hasSize(3).allMatch(call -> call.endsWith(" ok"));
        }
    }

    @Test
    void aConfidentCheapAnswerIsKept() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.two.expect(sure("cheap and sure", -0.05));
            var answer = ask(fleet, CASCADE);
            assertThat(text(answer)).isEqualTo("cheap and sure");
            assertThat(fleet.two.take().text()).contains("\"logprobs\":true");
            assertThat(TestGateway.json(answer.body()).at("/choices/0/logprobs").isNull())
                    .as("the client asked for none")
                    .isTrue();
            assertThat(statuses(fleet.gateway.outcome(answer))).containsExactly("second ok");
        }
    }

    @Test
    void anUnsureOrFailedOneGoesOnToTheStronger() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.two.expect(sure("guess", -2), OpenAiScripts.fault(500));
            fleet.one.expect(OpenAiScripts.answer("strong"), OpenAiScripts.stream("strong"));
            var unsure = ask(fleet, CASCADE);
            assertThat(text(unsure)).isEqualTo("strong");
            assertThat(header(unsure, "x-gateway-attempts")).isEqualTo("2");
            assertThat(statuses(fleet.gateway.outcome(unsure))).containsExactly("second ok", "first ok");
            var failed = fleet.gateway.post(CHAT, TestGateway.chat("auto:quality", "x", "\"stream\":true", CASCADE));
            assertThat(failed.body()).contains("strong").endsWith("data: [DONE]\n\n");
            assertThat(statuses(fleet.gateway.outcome(failed))).containsExactly("second UPSTREAM_FAILED", "first ok");
        }
    }

    private static Script sure(String text, double logprob) {
        return Script.json("{\"id\":\"chatcmpl-up\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"up\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                + "\",\"refusal\":null},\"logprobs\":{\"content\":[{\"token\":\"x\",\"logprob\":" + logprob
                + ",\"bytes\":[120],\"top_logprobs\":[]}],\"refusal\":null},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}");
    }

    private static HttpResponse<String> ask(Fleet fleet, String... members) throws Exception {
        return fleet.gateway.post(CHAT, TestGateway.chat("auto:quality", "x", members));
    }

    private static String text(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestGateway.json(answer.body()).at("/choices/0/message/content").asText();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static List<String> statuses(JsonNode outcome) {
        return StreamSupport.stream(outcome.path("calls").spliterator(), false)
                .map(call ->
                        call.path("model").asText() + " " + call.path("status").asText())
                .toList();
    }
}
