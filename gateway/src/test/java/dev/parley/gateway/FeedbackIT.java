package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.testing.Fleet;
import dev.parley.gateway.testing.OpenAiScripts;
import dev.parley.gateway.testing.Script;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/feedback}: a word on an answer, found again at its decision. */
class FeedbackIT {
    private static final String FEEDBACK = "/v1/feedback";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, chatcmpl-", "/v1/messages, msg_", "/v1/responses, resp_"})
    void anAnswersOwnIdIsEnough(String path, String prefix) throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            String body = TestGateway.chat("parley-math", "What is 3 + 4?", "\"max_tokens\":64")
                    .replace("\"messages\"", "\"input\":\"What is 3 + 4?\",\"messages\"");
            var answer = gateway.post(path, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String id = TestGateway.json(answer.body()).path("id").asText();
            assertThat(id).startsWith(prefix);
            var said = gateway.post(
                    FEEDBACK, "{\"id\":\"" + id + "\",\"metric\":\"thumb\",\"value\":1,\"tags\":{\"by\":\"test\"}}");
            assertThat(said.statusCode()).as(said.body()).isEqualTo(202);
            assertThat(TestGateway.json(said.body()).path("decision_id").asText())
                    .isEqualTo(header(answer, "x-gateway-decision-id"));
            JsonNode feedback = gateway.outcome(answer).path("feedback");
            assertThat(feedback.size()).isEqualTo(1);
            assertThat(feedback.at("/0/metric").asText()).isEqualTo("thumb");
            assertThat(feedback.at("/0/tags").asText()).isEqualTo("{\"by\":\"test\"}");
        }
    }

    /** A client of a relayed answer knows the id that the backend gave, in whatever form. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void theIdOfARelayedAnswerIsEnough(boolean stream) throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            fleet.one.expect(stream ? OpenAiScripts.stream("x") : OpenAiScripts.answer("x"));
            var answer =
                    fleet.gateway.post("/v1/chat/completions", TestGateway.chat("first", "x", "\"stream\":" + stream));
            assertThat(answer.body()).contains("\"id\":\"chatcmpl-up\"");
            var said = fleet.gateway.post(FEEDBACK, "{\"id\":\"chatcmpl-up\",\"metric\":\"score\",\"value\":0.5}");
            assertThat(said.statusCode()).as(said.body()).isEqualTo(202);
            assertThat(TestGateway.json(said.body()).path("decision_id").asText())
                    .isEqualTo(header(answer, "x-gateway-decision-id"));
            assertThat(fleet.gateway.outcome(answer).path("feedback").size()).isEqualTo(1);
        }
    }

    /** The client may know the decision before the answer is over, let alone in the record. */
    @Test
    void feedbackThatComesTooEarlyIsKept() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "")) {
            Promise<Void> over = Promise.promise();
            fleet.one.expect(Script.stream()
                    .chunk(OpenAiScripts.piece("x"))
                    .await(over.future())
                    .chunk(OpenAiScripts.ending())
                    .end());
            var answer = fleet.gateway.open("/v1/chat/completions", TestGateway.chat("first", "x", "\"stream\":true"));
            String id = header(answer, "x-gateway-decision-id");
            var said = fleet.gateway.postLater(
                    FEEDBACK, "{\"decision_id\":\"" + id + "\",\"metric\":\"score\",\"value\":1}");
            over.complete();
            answer.body().readAllBytes();
            assertThat(said.get(30, TimeUnit.SECONDS).statusCode())
                    .as(said.get().body())
                    .isEqualTo(202);
        }
    }

    @Test
    void onlyKeysOfTheHouseAndOnlyWholeWordsAreHeard() throws Exception {
        try (Fleet fleet = Fleet.start(folder, "keys: [{id: a, secret: \"${KEY_A}\"}]\n")) {
            fleet.one.expect(OpenAiScripts.answer("x"));
            var answer = fleet.gateway.post(
                    "/v1/chat/completions", TestGateway.chat("first", "x"), "authorization", "Bearer key-a");
            String id = "\"decision_id\":\"" + header(answer, "x-gateway-decision-id") + "\"";
            String right = "{" + id + ",\"metric\":\"score\",\"value\":0.5}";
            assertThat(fleet.gateway.post(FEEDBACK, right).statusCode()).isEqualTo(401);
            assertThat(say(fleet, "{" + id + ",\"value\":1}").statusCode()).isEqualTo(400);
            assertThat(say(fleet, "{" + id + ",\"metric\":\"score\",\"value\":\"good\"}")
                            .body())
                    .contains("value");
            assertThat(say(fleet, "{\"metric\":\"score\",\"value\":1}").body()).contains("decision_id");
            assertThat(say(fleet, right).statusCode()).isEqualTo(202);
            assertThat(say(fleet, "{\"id\":\"unknown\",\"metric\":\"score\",\"value\":1}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(fleet.gateway.outcome(answer).path("feedback").size()).isEqualTo(1);
        }
    }

    private static HttpResponse<String> say(Fleet fleet, String body) throws Exception {
        return fleet.gateway.post(FEEDBACK, body, "authorization", "Bearer key-a");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
