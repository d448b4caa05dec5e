package dev.parley.graphrouter.lab.baselines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.graphrouter.routers.Adviser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A language model behind {@code POST /chat/completions}, asked at temperature 0. Thread-safe.
 *
 * @param url with {@code /v1}
 * @param key bearer token, empty for none; never shown
 * @param held whether it can be held to a JSON schema
 */
public record ChatEndpoint(String url, String model, String key, boolean held) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String YES = """
            {"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"], "additionalProperties": false}""";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Throws IllegalArgumentException, with the remedy, if it does not answer at all. */
    public static ChatEndpoint checked(String url, String model, String key) {
        ChatEndpoint plain = new ChatEndpoint(url, model, key, false);
        try {
            plain.ask("Reply with the word yes.", "Are you there?", "");
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--adviser " + url + ", --adviser-model " + model + ": " + e.getMessage()
                            + "; start a server that has this model, or leave both options out",
                    e);
        }
        try {
            String answer = plain.ask("Reply in JSON.", "Are you there? Reply {\"yes\": true}.", YES);
            return new ChatEndpoint(
                    url, model, key, JSON.readTree(answer).path("yes").isBoolean());
        } catch (IOException e) {
            return plain;
        }
    }

    /**
     * Its answer's text.
     *
     * @param schema of JSON that it is held to; empty for none
     */
    public String ask(String instructions, String question, String schema) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("model", model).put("temperature", 0);
        body.put("max_tokens", Adviser.ADVICE_TOKENS);
        var messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", instructions);
        messages.addObject().put("role", "user").put("content", question);
        if (!schema.isEmpty()) {
            body.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "advice")
                    .set("schema", JSON.readTree(schema));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url.replaceAll("/+$", "") + "/chat/completions"))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (!key.isEmpty()) {
            request.header("authorization", "Bearer " + key);
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(
                        "status " + answer.statusCode() + ": " + answer.body().strip());
            }
            JsonNode content = JSON.readTree(answer.body()).at("/choices/0/message/content");
            return content.asText("");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + url, e);
        }
    }

    @Override
    public String toString() {
        return model + " at " + url;
    }
}
