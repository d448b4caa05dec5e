package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.testing.Eventually;
import dev.parley.moe.llamacpp.LibraryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backend of kind llamacpp behind the gateway, with a shipped model. Needs `make clients`. */
class LlamaCppBackendIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PERU = "What is the capital of Peru?";
    private static final Pattern PIECE = Pattern.compile("\"(?:content|text|delta|response)\":\"([^\"]*)\"");
    private static final Path NPM =
            Path.of("../adapters/moe/src/test/node/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64");
    private static final Path MODELS = Path.of("../adapters/moe/src/main/resources/dev/parley/moe/models");

    @TempDir
    static Path folder;

    private static Path library;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        assertThat(LibraryFiles.in(NPM)).as("run `make clients` once").hasSize(3);
        library = Files.createSymbolicLink(folder.resolve("library"), NPM.toRealPath());
        gateway = gateway("main", false);
    }

    private static TestGateway gateway(String name, boolean strict) throws Exception {
        return TestGateway.of(yaml(name, strict), Map.of());
    }

    private static String yaml(String name, boolean strict) {
        return """
                server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}, strict: %s}
                record: {path: %s}
                backends:
                  - id: cpp
                    kind: llamacpp
                    library: %s
                    directory: %s
                    threads: 1
                    models:
                      - {id: facts, upstream: parley-facts, price: free}
                      - {id: facts@k1, upstream: parley-facts, price: free, moe: {experts: 1}}
                """.formatted(strict, folder.resolve(name + ".db"), library, MODELS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, facts",
        "/v1/chat/completions, facts@k1",
        "/v1/responses, facts",
        "/v1/messages, facts",
        "/api/chat, facts",
        "/api/generate, facts",
        "/v1/completions, facts"
    })
    void answersInEveryProtocol(String path, String model) throws Exception {
        String question = switch (path) {
            case "/v1/responses" -> "\"input\":\"" + PERU + "\"";
            case "/v1/completions", "/api/generate" -> "\"prompt\":\"" + PERU + "\"";
            default -> "\"max_tokens\":32,\"messages\":[{\"role\":\"user\",\"content\":\"" + PERU + "\"}]";
        };
        for (boolean stream : new boolean[] {false, true}) {
            var answer = gateway.post(path, "{\"model\":\"" + model + "\"," + question + ",\"stream\":" + stream + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-gateway-backend")).hasValue("cpp");
            String said = PIECE.matcher(answer.body())
                    .results()
                    .map(piece -> piece.group(1))
                    .collect(Collectors.joining());
            assertThat(said).as(answer.body()).contains("Lima");
        }
    }

    @Test
    void whatItCannotBeToldOrTellIsAWarningOrRefused() throws Exception {
        String body = TestGateway.chat("facts", PERU, "\"moe\":{\"top_p\":0.5}");
        String telemetry = TestGateway.chat("facts", PERU, "\"moe\":{\"telemetry\":true}");
        var warned = gateway.post(CHAT, body);
        assertThat(warned.statusCode()).isEqualTo(200);
        assertThat(warned.headers().firstValue("x-gateway-warnings"))
                .hasValue("moe: expert controls dropped but for their number, llama.cpp has none");
        var untold = gateway.post(CHAT, telemetry);
        assertThat(untold.statusCode()).isEqualTo(200);
        assertThat(untold.headers().firstValue("x-gateway-warnings"))
                .hasValue("moe.telemetry: llama.cpp tells no experts");
        assertThat(untold.body())
                .as("how sure it was is known, its experts are not")
                .contains("\"moe\":{\"confidence\":{\"mean\":0.99")
                .doesNotContain("routed_experts");
        try (TestGateway strict = gateway("strict", true)) {
            var refused = strict.post(CHAT, body);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Strict mode: moe: expert controls dropped but for their number");
            var refusedToo = strict.post(CHAT, telemetry);
            assertThat(refusedToo.statusCode()).isEqualTo(400);
            assertThat(refusedToo.body()).contains("Strict mode: moe.telemetry: llama.cpp tells no experts");
        }
    }

    /** The second question of a conversation finds the first one's beginning computed. */
    @Test
    void whatPromptsBeginWithIsReportedAsCached() throws Exception {
        String first = gateway.post(CHAT, TestGateway.chat("facts", "Which country has the capital Oslo?"))
                .body();
        String again = gateway.post(CHAT, TestGateway.chat("facts", "Which country has the capital Oslo?"))
                .body();
        assertThat(first).contains("Norway");
        assertThat(again).contains("Norway").containsPattern("\"cached_tokens\":[1-9]\\d");
    }

    /** Its library is away meanwhile, so that it cannot come back before it was looked at. */
    @Test
    void aChildThatDiesIsSeenAndComesBack() throws Exception {
        Path away = folder.resolve("away");
        Files.move(library, away);
        ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .forEach(ProcessHandle::destroyForcibly);
        var degraded = Eventually.get(
                () -> gateway.admin("/readyz"), answer -> answer.body().contains("backend cpp"));
        assertThat(degraded.statusCode()).isEqualTo(200);
        assertThat(degraded.body()).contains("llama.cpp");
        var refused = gateway.post(CHAT, TestGateway.chat("facts", PERU));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(gateway.admin("/metrics").body()).contains("gateway_backend_state{backend=\"cpp\"} 2.0");
        Files.move(away, library);
        Eventually.get(() -> gateway.admin("/readyz"), answer -> !answer.body().contains("backend cpp"));
        assertThat(gateway.post(CHAT, TestGateway.chat("facts", PERU)).body()).contains("Lima");
        assertThat(gateway.admin("/metrics").body()).contains("gateway_llamacpp_restarts{backend=\"cpp\"} 1.0");
    }

    /** Its files are opened at the start, each with a number of experts: requests for another would fail one by one. */
    @Test
    void anotherNumberOfExpertsIsRefusedAtAReload() throws Exception {
        Path file = folder.resolve("reload.yaml");
        String loaded = yaml("reload", false);
        Files.writeString(file, loaded);
        try (TestGateway watching = TestGateway.watching(file)) {
            Files.writeString(file, loaded.replace("experts: 1", "experts: 2"));
            String told = Eventually.get(
                            () -> watching.admin("/readyz"), r -> r.body().contains("configuration"))
                    .body();
            assertThat(told)
                    .contains("'facts@k1' is new or its moe.experts changed", "parley-facts", "[1]", "Restart Parley");
            assertThat(watching.ask("facts@k1", "What is the capital of Peru?").get(30, TimeUnit.SECONDS))
                    .contains("Lima");
        }
    }
}
