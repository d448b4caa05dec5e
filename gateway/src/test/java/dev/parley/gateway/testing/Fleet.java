package dev.parley.gateway.testing;

import dev.parley.gateway.TestGateway;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway before two scripted servers: {@code one} with the model {@code first} (good and dear), {@code two} with {@code second}
 * (cheap). A backend is not tried twice, so that scripts and requests match.
 */
public final class Fleet implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    public final MockUpstream one = MockUpstream.start(vertx);
    public final MockUpstream two = MockUpstream.start(vertx);
    public final TestGateway gateway;

    private Fleet(Path folder, String more) throws Exception {
        gateway = TestGateway.of(yaml(folder, more), Map.of("KEY_A", "key-a", "KEY_B", "key-b", "KEY_C", "key-c"));
    }

    /** @param more further top-level keys of the configuration; {@code server} begins it */
    public static Fleet start(Path folder, String more) throws Exception {
        return new Fleet(folder, more);
    }

    public String yaml(Path folder, String more) {
        String server = more.startsWith("server:")
                ? more
                : "server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}\n" + more;
        return """
                record: {path: %s}
                backends:
                  - id: one
                    url: %s
                    max_retries: 0
                    models:
                      - {id: first, upstream: up, price: {input: 1, output: 2}, card: {quality: 0.9}}
                      - {id: vectors, upstream: up, price: {input: 1, output: 1}, capabilities: [embeddings]}
                  - id: two
                    url: %s
                    max_retries: 0
                    models:
                      - {id: second, upstream: up, price: {input: 0.1, output: 0.2}, card: {quality: 0.6}}
                """.formatted(folder.resolve("parley.db"), one.url("/v1"), two.url("/v1")) + server;
    }

    @Override
    public void close() {
        gateway.close();
        try {
            one.close();
            two.close();
        } finally {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
    }
}
