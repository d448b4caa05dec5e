package dev.parley.chat.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.ServerDialect.ErrorAnswer;
import dev.parley.chat.openai.client.OpenAiChatClient;
import dev.parley.chat.openai.responses.OpenAiResponsesServer;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OpenAiErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "BAD_REQUEST,400,invalid_request_error,",
        "UNAUTHENTICATED,401,invalid_request_error,invalid_api_key",
        "FORBIDDEN,403,permission_error,model_not_allowed",
        "BUDGET_EXHAUSTED,429,insufficient_quota,insufficient_quota",
        "MODEL_NOT_FOUND,404,invalid_request_error,model_not_found",
        "UNKNOWN_URL,404,invalid_request_error,unknown_url",
        "METHOD_NOT_ALLOWED,405,invalid_request_error,method_not_allowed",
        "TOO_LARGE,413,invalid_request_error,request_too_large",
        "RATE_LIMITED,429,rate_limit_error,rate_limit_exceeded",
        "CONTEXT_OVERFLOW,400,invalid_request_error,context_length_exceeded",
        "UPSTREAM_FAILED,502,server_error,upstream_error",
        "UPSTREAM_TIMEOUT,504,server_error,upstream_timeout",
        "OVERLOADED,503,server_error,overloaded",
        "UPSTREAM_AUTH,502,server_error,upstream_auth",
        "ALL_BACKENDS_DOWN,503,server_error,upstream_error",
        "INTERNAL,500,server_error,internal_error",
    })
    void everyKindHasItsStatusTypeAndCode(Kind kind, int status, String type, String code) {
        ErrorAnswer answer = new OpenAiChatServer().error(ChatFailure.of(kind, "m"), "r1");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().toString())
                .isEqualTo("{\"error\":{\"message\":\"m\",\"type\":\"%s\",\"param\":null,\"code\":%s}}"
                        .formatted(type, code == null ? "null" : "\"" + code + "\""));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aBrokenStreamSaysSoByNameAndByMember(Kind kind) {
        ChatFailure failure =
                ChatFailure.builder(kind, "m\n").param("messages[1]").build();
        assertThat(new OpenAiChatServer().broken(failure, "r1").toString())
                .startsWith("event: error\ndata: {\"error\":{\"message\":\"m\\n\",")
                .contains("\"param\":\"messages[1]\"")
                .endsWith("}}\n\n");
        assertThat(new OpenAiResponsesServer().broken(failure, "r1").toString())
                .startsWith("event: error\ndata: {\"type\":\"error\",\"code\":\"");
    }

    private static ChatFailure upstream(int status, String body) {
        return new OpenAiChatClient().failure(status, Map.of("Retry-After", "2"), Buffer.buffer(body));
    }

    @Test
    void aRejectionPassesStatusAndMessage() {
        ChatFailure failure = upstream(422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"bad seed\"}]}");
        assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_REJECTED);
        assertThat(failure.upstreamStatus()).isEqualTo(422);
        assertThat(failure).hasMessage("bad seed");
        assertThat(new OpenAiChatServer().error(failure, "r1").status()).isEqualTo(422);
        assertThat(upstream(404, "<html>no</html>")).hasMessage("The backend answered with status 404.");
        assertThat(upstream(400, "{\"error\":\"plain text\"}")).hasMessage("plain text");
        assertThat(upstream(400, "{\"object\":\"error\",\"message\":\"old vLLM\"}"))
                .hasMessage("old vLLM");
    }

    @Test
    void aFullContextIsToldApart() {
        String body = "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\",\"code\":400}}";
        assertThat(upstream(400, body).kind()).isEqualTo(Kind.CONTEXT_OVERFLOW);
        assertThat(upstream(400, "{\"error\":{\"message\":\"x\",\"code\":\"context_length_exceeded\"}}")
                        .kind())
                .isEqualTo(Kind.CONTEXT_OVERFLOW);
    }

    @ParameterizedTest
    @CsvSource({
        "401,UPSTREAM_AUTH",
        "403,UPSTREAM_AUTH",
        "408,UPSTREAM_TIMEOUT",
        "413,TOO_LARGE",
        "429,RATE_LIMITED",
        "500,UPSTREAM_FAILED",
        "502,UPSTREAM_FAILED",
        "503,UPSTREAM_FAILED",
        "504,UPSTREAM_TIMEOUT",
        "529,OVERLOADED",
        "302,UPSTREAM_FAILED",
    })
    void statusTellsTheKind(int status, Kind kind) {
        ChatFailure failure =
                upstream(status, "{\"error\":{\"message\":\"see http://10.1.1.1/a key sk-abcdefghijkl\"}}");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(failure.getMessage()).doesNotContain("10.1.1.1").doesNotContain("abcdefghijkl");
    }
}
