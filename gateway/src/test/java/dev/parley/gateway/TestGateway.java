package dev.parley.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.config.ParleyConfig;
import dev.parley.config.load.ConfigLoader;
import dev.parley.gateway.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A real gateway on free loopback ports with its record in a folder of the test. */
public final class TestGateway implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Gateway gateway;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /** On the embedded defaults. */
    public static TestGateway embedded(Path folder) throws Exception {
        Map<String, String> environment = Map.of(
                "PARLEY_PORT", "0",
                "PARLEY_ADMIN_PORT", "0",
                "PARLEY_DB", folder.resolve("parley.db").toString());
        return start(ConfigLoader.embedded(name -> Optional.ofNullable(environment.get(name))));
    }

    /** On a configuration; {@code environment} answers its {@code ${...}}. */
    public static TestGateway of(String yaml, Map<String, String> environment) throws Exception {
        return start(ConfigLoader.parse(yaml, name -> Optional.ofNullable(environment.get(name))));
    }

    /** On a configuration's file, which it watches. */
    public static TestGateway watching(Path file) throws Exception {
        TestGateway started = start(ConfigLoader.load(file));
        started.gateway.watch(file);
        return started;
    }

    private static TestGateway start(ParleyConfig config) throws Exception {
        return new TestGateway(
                Gateway.start(config).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    public Gateway gateway() {
        return gateway;
    }

    /** Such as {@code http://127.0.0.1:40123}. */
    public String url() {
        return gateway.url();
    }

    public HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return client.send(
                with(HttpRequest.newBuilder(URI.create(url() + path)), headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** From the management side. */
    public HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return client.send(
                with(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + path)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to come, whole. */
    public CompletableFuture<HttpResponse<String>> postLater(String path, String body, String... headers) {
        return client.sendAsync(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    /** The answer as it comes, once its head is there. Close the stream to hang up. */
    public HttpResponse<InputStream> open(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(path, body, headers), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** The record of an answer, once it is there. */
    public JsonNode outcome(HttpResponse<?> answer) throws Exception {
        String id = answer.headers().firstValue("x-gateway-decision-id").orElseThrow();
        return json(Eventually.get(() -> admin("/admin/decisions/" + id), found -> found.statusCode() == 200)
                .body());
    }

    /** A question to a model in the OpenAI form. */
    public static String chat(String model, String question, String... members) {
        String more = members.length == 0 ? "" : "," + String.join(",", members);
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]" + more
                + "}";
    }

    /** The text a model gives to one user message. */
    public CompletableFuture<String> ask(String model, String question) {
        String body = JSON.createObjectNode()
                .put("model", model)
                .put("temperature", 0)
                .put("max_tokens", 64)
                .set(
                        "messages",
                        JSON.createArrayNode()
                                .add(JSON.createObjectNode().put("role", "user").put("content", question)))
                .toString();
        return client.sendAsync(request("/v1/chat/completions", body), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> {
                    if (response.statusCode() != 200) {
                        throw new IllegalStateException(response.statusCode() + " " + response.body());
                    }
                    return json(response.body())
                            .at("/choices/0/message/content")
                            .asText();
                });
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + text, e);
        }
    }

    private HttpRequest request(String path, String body, String... headers) {
        return with(HttpRequest.newBuilder(URI.create(url() + path)), headers)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest.Builder with(HttpRequest.Builder builder, String... headers) {
        builder.timeout(PATIENCE);
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
    }
}
