package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.Protocol;
import dev.parley.gateway.pipeline.front.SideCall;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, OPENAI_CHAT",
        "/v1/messages, ANTHROPIC_MESSAGES",
        "/v1/responses, OPENAI_RESPONSES",
        "/v1/completions, OPENAI_COMPLETIONS",
        "/api/chat, OLLAMA_CHAT",
        "/api/generate, OLLAMA_GENERATE"
    })
    void chatCallsArePostedAndNothingElse(String path, Protocol protocol) {
        assertThat(Routes.of(HttpMethod.POST, path)).isEqualTo(new Route.Chat(protocol));
        assertThat(Routes.of(HttpMethod.GET, path)).isEqualTo(new Route.WrongMethod(protocol, "POST"));
        assertThat(Routes.of(HttpMethod.PUT, path)).isInstanceOf(Route.WrongMethod.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models/gpt-4o, gpt-4o",
        "/v1/models/qwen/qwen3:30b, qwen/qwen3:30b",
        "/v1/models/qwen%2Fqwen3%3A30b, qwen/qwen3:30b",
        "/v1/models/a%20b+c, a b+c",
        "/v1/models/broken%2, broken%2"
    })
    void idsOfModelsMayHoldSlashesAndColonsAndEscapes(String path, String id) {
        assertThat(Routes.of(HttpMethod.GET, path)).isEqualTo(new Route.Side(SideCall.Kind.MODEL, id));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/models, MODELS",
        "POST, /v1/embeddings, EMBEDDINGS",
        "POST, /v1/messages/count_tokens, COUNT_TOKENS",
        "POST, /v1/feedback, FEEDBACK",
        "GET, /api/tags, OLLAMA_TAGS",
        "HEAD, /api/tags, OLLAMA_TAGS",
        "POST, /api/show, OLLAMA_SHOW",
        "GET, /api/version, OLLAMA_VERSION",
        "GET, /api/ps, OLLAMA_PS",
        "POST, /api/embed, OLLAMA_EMBED",
        "POST, /api/embeddings, OLLAMA_EMBEDDINGS"
    })
    void sideCalls(String method, String path, SideCall.Kind kind) {
        assertThat(Routes.of(HttpMethod.valueOf(method), path)).isEqualTo(new Route.Side(kind, ""));
        assertThat(Routes.of(HttpMethod.DELETE, path)).isInstanceOf(Route.WrongMethod.class);
    }

    @Test
    void responsesHaveIdsAndParts() {
        assertThat(Routes.of(HttpMethod.GET, "/v1/responses/resp_1"))
                .isEqualTo(new Route.Side(SideCall.Kind.RESPONSE, "resp_1"));
        assertThat(Routes.of(HttpMethod.DELETE, "/v1/responses/resp_1"))
                .isEqualTo(new Route.Side(SideCall.Kind.RESPONSE_DELETE, "resp_1"));
        assertThat(Routes.of(HttpMethod.GET, "/v1/responses/resp_1/input_items"))
                .isEqualTo(new Route.Side(SideCall.Kind.RESPONSE_INPUT_ITEMS, "resp_1"));
        assertThat(Routes.of(HttpMethod.POST, "/v1/responses/resp_1/cancel"))
                .isEqualTo(new Route.Side(SideCall.Kind.RESPONSE_CANCEL, "resp_1"));
        assertThat(Routes.of(HttpMethod.POST, "/v1/responses/resp_1")).isInstanceOf(Route.WrongMethod.class);
        assertThat(Routes.of(HttpMethod.GET, "/v1/responses/resp_1/other"))
                .isEqualTo(new Route.Unknown(Protocol.OPENAI_RESPONSES));
    }

    @Test
    void anUnknownPathHasTheShapeOfItsFamily() {
        assertThat(Routes.of(HttpMethod.GET, "/v1/nothing")).isEqualTo(new Route.Unknown(Protocol.OPENAI_CHAT));
        assertThat(Routes.of(HttpMethod.POST, "/v1/messages/batches"))
                .isEqualTo(new Route.Unknown(Protocol.ANTHROPIC_MESSAGES));
        assertThat(Routes.of(HttpMethod.POST, "/api/pull")).isEqualTo(new Route.Unknown(Protocol.OLLAMA_CHAT));
        assertThat(Routes.of(HttpMethod.GET, "/console")).isEqualTo(new Route.Elsewhere());
    }

    @Test
    void browsersAndProbesAreAnswered() {
        assertThat(Routes.of(HttpMethod.OPTIONS, "/v1/chat/completions")).isEqualTo(new Route.Preflight());
        assertThat(Routes.of(HttpMethod.HEAD, "/")).isInstanceOf(Route.Alive.class);
        assertThat(Routes.of(HttpMethod.GET, "/healthz")).isInstanceOf(Route.Alive.class);
    }
}
