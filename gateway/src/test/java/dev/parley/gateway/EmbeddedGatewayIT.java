package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's promise: three questions, three local models, and the reason in the headers. */
class EmbeddedGatewayIT {
    @TempDir
    static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.embedded(folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "What is 346 + 87?, 433, parley-math",
        "Reverse the word gateway, yawetag, parley-text",
        "What is the capital of Peru?, Lima, parley-facts"
    })
    void autoPicksTheModelThatKnows(String question, String answer, String model) throws Exception {
        var response = gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(TestGateway.json(response.body())
                        .at("/choices/0/message/content")
                        .asText())
                .contains(answer);
        assertThat(TestGateway.json(response.body()).at("/model").asText()).isEqualTo(model);
        assertThat(response.headers().firstValue("x-gateway-model")).contains(model);
        assertThat(response.headers().firstValue("x-gateway-backend")).contains("local");
        assertThat(response.headers().firstValue("x-gateway-router")).contains("graph");
        assertThat(response.headers().firstValue("x-gateway-policy")).contains("balanced");
        assertThat(response.headers().firstValue("x-gateway-cost-usd")).isPresent();
    }

    /** Not what these models were trained for; but what they write is of the asked form, in every protocol. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/chat/completions | "response_format":{"type":"json_schema","json_schema":{"name":"f","schema":SCHEMA}} | /choices/0/message/content
            /v1/messages         | "max_tokens":99,"output_config":{"format":{"type":"json_schema","schema":SCHEMA}} | /content/0/text
            /v1/responses        | "text":{"format":{"type":"json_schema","name":"f","schema":SCHEMA}} | /output/0/content/0/text
            /api/chat            | "stream":false,"format":SCHEMA | /message/content
            """)
    void answersCanBeHeldToASchema(String path, String format, String place) throws Exception {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"},\"unit\":{\"enum\":[\"m\",\"km\"]}},"
                        + "\"required\":[\"n\",\"unit\"],\"additionalProperties\":false}";
        String asked = path.equals("/v1/responses")
                ? "\"input\":\"What is 3 + 4?\""
                : "\"messages\":[{\"role\":\"user\",\"content\":\"What is 3 + 4?\"}]";
        var response = gateway.post(
                path, "{\"model\":\"parley-math\"," + asked + "," + format.replace("SCHEMA", schema) + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var answer =
                TestGateway.json(TestGateway.json(response.body()).at(place).asText());
        assertThat(answer.path("n").isIntegralNumber()).isTrue();
        assertThat(answer.path("unit").asText()).isIn("m", "km");
    }

    @Test
    void anExplainedAnswerSaysWhy() throws Exception {
        var response = gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"auto:cheap\",\"gateway\":{\"explain\":true},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"What is 12 + 30?\"}]}");
        var why = TestGateway.json(response.body()).path("gateway");
        assertThat(why.path("policy").asText()).isEqualTo("cheap");
        assertThat(why.path("candidates").size()).isEqualTo(5);
        assertThat(why.path("selected").asText()).isEqualTo("parley-math");
    }

    /** Of three answers at least two in a row come from the same kernels, which share: the faster ones take over once. */
    @Test
    void aSystemPromptIsComputedOnceAndTheUsageSaysSo() throws Exception {
        String system = "You answer questions about countries in one word. ".repeat(3);
        long cached = 0;
        long read = 0;
        for (String country : new String[] {"Peru", "Norway", "Japan"}) {
            String asked = "{\"role\":\"user\",\"content\":\"What is the capital of " + country + "?\"}";
            String openAi = "{\"model\":\"parley-facts\",\"messages\":[{\"role\":\"system\",\"content\":\"" + system
                    + "\"}," + asked + "]}";
            String anthropic = "{\"model\":\"parley-facts\",\"max_tokens\":30,\"system\":\"" + system
                    + "\",\"messages\":[" + asked + "]}";
            var one = TestGateway.json(
                            gateway.post("/v1/chat/completions", openAi).body())
                    .path("usage");
            var other = TestGateway.json(gateway.post("/v1/messages", anthropic).body())
                    .path("usage");
            long all = one.path("prompt_tokens").asLong();
            cached += one.at("/prompt_tokens_details/cached_tokens").asLong();
            read += other.path("cache_read_input_tokens").asLong();
            assertThat(other.path("input_tokens").asLong()
                            + other.path("cache_read_input_tokens").asLong())
                    .as("Anthropic counts them beside each other, OpenAI within")
                    .isEqualTo(all);
        }
        assertThat(cached).isGreaterThanOrEqualTo(system.length());
        assertThat(read).isGreaterThanOrEqualTo(system.length());
        assertThat(gateway.admin("/metrics").body())
                .contains("gateway_moe_prompt_reused_tokens_total")
                .contains("gateway_moe_kv_kept_bytes");
    }

    @Test
    void anUnknownModelIsNamed() throws Exception {
        var response = gateway.post(
                "/v1/chat/completions", "{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestGateway.json(response.body()).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(response.body()).contains("nope");
    }
}
