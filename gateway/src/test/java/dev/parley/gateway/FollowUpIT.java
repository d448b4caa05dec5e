package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a conversation a follow-up goes where its topic belongs, and a new question where it would go alone. */
class FollowUpIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT = "/v1/chat/completions";
    private static final int EVERY = 17;

    /** First question: what may follow it, each of which belongs to the same model. */
    private static final Map<String, List<String>> FOLLOW_UPS = Map.of(
            "What is the capital of Peru?",
            List.of("And of Chile?", "And Bolivia?", "What about Norway?", "and Kenya"),
            "What is the chemical symbol of iron?",
            List.of("And of gold?", "And its atomic number?"),
            "What is 346 + 87?",
            List.of("And 12 + 9?", "and if you subtract it?", "And 30 times 4?"),
            "Reverse the word gateway",
            List.of("Now the word window", "And planet?", "Do the same for orange", "And in capitals?"));

    @TempDir
    Path folder;

    @Test
    void followUpsGoWhereTheirTopicBelongs() throws Exception {
        List<String> lost = new ArrayList<>();
        int alone = 0;
        int all = 0;
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            for (Map.Entry<String, List<String>> topic : FOLLOW_UPS.entrySet()) {
                String home = routed(gateway, topic.getKey()).path("selected").asText();
                for (String followUp : topic.getValue()) {
                    JsonNode decision = routed(gateway, topic.getKey(), followUp);
                    String selected = decision.path("selected").asText();
                    if (!selected.equals(home)) {
                        lost.add(topic.getKey() + " | " + followUp + " -> " + selected);
                    }
                    alone += routed(gateway, followUp).path("selected").asText().equals(home) ? 0 : 1;
                    all++;
                }
            }
        }
        assertThat(lost).as("lost of %d", all).hasSizeLessThanOrEqualTo(all / 5);
        assertThat(alone).as("lost if read alone").isGreaterThan(2 * lost.size());
    }

    @Test
    void newQuestionsGoWhereTheyWouldAlone() throws Exception {
        List<String> questions = heldOut();
        List<String> torn = new ArrayList<>();
        int all = 0;
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            for (int i = 0; i < questions.size(); i += EVERY) {
                String question = questions.get(i);
                String before = questions.get((i + questions.size() / 2) % questions.size());
                JsonNode alone = routed(gateway, question);
                JsonNode later = routed(gateway, before, question);
                if (!later.path("selected").equals(alone.path("selected"))) {
                    torn.add(before + " | " + question + " -> "
                            + later.path("selected").asText());
                }
                all++;
            }
        }
        assertThat(torn).as("torn of %d", all).hasSizeLessThanOrEqualTo(all / 10);
    }

    /** As chat windows and Ollama's prompt do it: each question comes with all that was said before. */
    @Test
    void aLongConversationIsAnsweredAsItsQuestionsAlone() throws Exception {
        List<String> questions = List.of(
                "What is 346 + 87?",
                "Reverse the word gateway",
                "What is the capital of Peru?",
                "What is the chemical symbol of iron?",
                "What is 12 + 9?",
                "Reverse the word window",
                "What is the capital of Kenya?");
        List<String> answers = List.of("433", "yawetag", "Lima", "Fe", "21", "wodniw", "Nairobi");
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            for (int i = 0; i < questions.size(); i++) {
                String[] turns = questions.subList(0, i + 1).toArray(String[]::new);
                HttpResponse<String> answer = gateway.post(CHAT, answered("You know all there is. ".repeat(9), turns));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(TestGateway.json(answer.body())
                                .path("choices")
                                .path(0)
                                .path("message")
                                .path("content")
                                .asText())
                        .endsWith(answers.get(i));
                if (i > 0) {
                    assertThat(answer.headers().firstValue("x-gateway-warnings").orElse(""))
                            .contains("earlier messages left out");
                }
            }
        }
    }

    @Test
    void instructionsTooLongForAllAreToldInEveryTurn() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            for (String[] turns : List.of(new String[] {"Hello"}, new String[] {"Hello", "Reverse the word sun"})) {
                ObjectNode body = (ObjectNode) JSON.readTree(conversation(turns));
                ((ArrayNode) body.path("messages"))
                        .insertObject(0)
                        .put("role", "system")
                        .put("content", "Answer in one word. ".repeat(40));
                HttpResponse<String> answer = gateway.post(CHAT, body.toString());
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body())
                        .contains(
                                "context_length_exceeded",
                                "The maximum context length of the models that could answer");
            }
        }
    }

    @Test
    void whatWasReadTogetherIsRecorded() throws Exception {
        try (TestGateway gateway = TestGateway.embedded(folder)) {
            HttpResponse<String> answer =
                    gateway.post(CHAT, conversation("What is the capital of Peru?", "And of Chile?"));
            assertThat(gateway.outcome(answer).path("asked").path("follow_up").asBoolean())
                    .isTrue();
            HttpResponse<String> fresh =
                    gateway.post(CHAT, conversation("Is 3 larger than 2?", "Reverse the word sun"));
            assertThat(gateway.outcome(fresh).path("asked").has("follow_up")).isFalse();
        }
    }

    private static JsonNode routed(TestGateway gateway, String... turns) throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree(conversation(turns));
        body.putObject("gateway").put("dry_run", true);
        HttpResponse<String> answer = gateway.post(CHAT, body.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestGateway.json(answer.body());
    }

    private static String conversation(String... turns) {
        return answered("Done.", turns);
    }

    /** A conversation in which everything was answered so. */
    private static String answered(String answer, String... turns) {
        ObjectNode body = JSON.createObjectNode().put("model", "auto").put("temperature", 0);
        ArrayNode messages = body.putArray("messages");
        for (int i = 0; i < turns.length; i++) {
            messages.addObject().put("role", "user").put("content", turns[i]);
            if (i < turns.length - 1) {
                messages.addObject().put("role", "assistant").put("content", answer);
            }
        }
        return body.toString();
    }

    private static List<String> heldOut() throws IOException {
        List<String> questions = new ArrayList<>();
        try (InputStream in = FollowUpIT.class.getResourceAsStream("/questions/heldout.jsonl")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                questions.add(JSON.readTree(line).path("prompt").asText());
            }
        }
        return questions;
    }
}
