package dev.parley.gateway.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A backend that calls tools and writes JSON, which the micro models cannot: what it says follows from the request by four rules, in the
 * three protocols of real servers, streamed or whole. Strict: it refuses what such a server would refuse, so that a wrong translation
 * fails the test.
 */
final class ScriptedModel implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String KEY = "upstream-secret";

    private final HttpServer server;

    private ScriptedModel(HttpServer server) {
        this.server = server;
    }

    static ScriptedModel start(Vertx vertx) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)));
        return new ScriptedModel(server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS));
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** What the model says. */
    sealed interface Say {
        record Text(List<String> pieces) implements Say {
            String whole() {
                return String.join("", pieces);
            }
        }

        record CallTool(String name, String arguments) implements Say {}
    }

    private static void answer(HttpServerRequest request, Buffer body) {
        try {
            JsonNode said = JSON.readTree(body.getBytes());
            boolean known = switch (request.path()) {
                case "/v1/chat/completions" ->
                    keyed(request, "authorization", "Bearer " + KEY) && OpenAiWire.answer(request, said);
                case "/v1/messages" -> keyed(request, "x-api-key", KEY) && AnthropicWire.answer(request, said);
                case "/api/chat" -> OllamaWire.answer(request, said);
                case "/api/generate" -> OllamaWire.generate(request, said);
                case "/v1/embeddings" -> keyed(request, "authorization", "Bearer " + KEY) && embedding(request);
                default -> false;
            };
            if (!known) {
                refuse(request, 404, "unexpected " + request.path());
            }
        } catch (IOException | IllegalArgumentException e) {
            refuse(request, 400, e.getMessage());
        }
    }

    private static boolean keyed(HttpServerRequest request, String header, String value) {
        if (!value.equals(request.getHeader(header))) {
            throw new IllegalArgumentException("credentials missing in " + header);
        }
        if (String.valueOf(request.headers().get("authorization")).contains("client-key")) {
            throw new IllegalArgumentException("the client's key leaked");
        }
        return true;
    }

    private static boolean embedding(HttpServerRequest request) {
        json(
                request.response(),
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.25,-0.5]}],"
                        + "\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
        return true;
    }

    static void refuse(HttpServerRequest request, int status, String message) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error")
                .put("message", message)
                .put("type", "invalid_request_error")
                .putNull("param")
                .putNull("code");
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(error.toString());
    }

    /** The rules: last tool result, a question of the weather with tools, a wish for JSON (or a tool called json), else fixed answers. */
    static Say say(String lastUser, Optional<String> toolResult, JsonNode tools, boolean json) {
        if (toolResult.isPresent()) {
            return new Say.Text(List.of("The tool says: ", toolResult.get()));
        }
        if (lastUser.contains("weather") && tools.size() > 0) {
            return new Say.CallTool("get_weather", "{\"city\":\"Lima\"}");
        }
        if (tools.toString().contains("\"name\":\"json\"")) {
            return new Say.CallTool("json", "{\"city\":\"Lima\",\"people\":10}");
        }
        if (json) {
            return new Say.Text(List.of("{\"city\":\"Li", "ma\",\"people\":10}"));
        }
        if (lastUser.contains("Count slowly")) {
            return new Say.Text(java.util.stream.IntStream.range(0, 2000)
                    .mapToObj(i -> i + " ")
                    .toList());
        }
        return new Say.Text(
                lastUser.contains("Reverse the word gateway") ? List.of("yaw", "etag") : List.of("I do not know."));
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static void json(HttpServerResponse response, String body) {
        response.putHeader("content-type", "application/json").end(body);
    }

    static void need(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
