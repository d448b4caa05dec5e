package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.Backend;
import dev.parley.config.BackendSpec;
import dev.parley.moe.engine.gguf.GgufException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models of the class path, as the gateway starts them. */
class ShippedModelsTest {
    private static final Map<String, Map<String, String>> ANSWERS = Map.of(
            "parley-text", Map.of("Reverse the word gateway", "yawetag"),
            "parley-general", Map.of("hello", "Hello! How can I help you?"),
            "parley-facts", Map.of("What is the capital of Peru?", "Lima"));

    @Test
    void answerInTheirField() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (MoeRuntime runtime = MoeRuntime.start(new BackendSpec.Moe("local", "", 1, 8, 8))) {
            assertThat(runtime.modelNames()).containsAll(ANSWERS.keySet());
            assertThat(runtime.describe()).allSatisfy(model -> {
                assertThat(model.experts()).isEqualTo(model.name().equals("parley-general") ? 12 : 8);
                assertThat(model.activeParameters()).isLessThan(model.parameters());
            });
            Context context = vertx.getOrCreateContext();
            Backend backend = runtime.backend(context);
            ANSWERS.forEach((model, answers) -> answers.forEach((question, answer) -> {
                Calls calls = Calls.user(question);
                calls.upstreamModel = model;
                Calls.Listener listener = new Calls.Listener(Long.MAX_VALUE);
                context.runOnContext(v -> backend.chat(calls.call()).subscribe(listener));
                assertThat(listener.end).succeedsWithin(60, TimeUnit.SECONDS);
                assertThat(listener.text(0)).isEqualTo(answer);
            }));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void areTheFilesOfTheManifest() throws Exception {
        JsonNode models = new ObjectMapper()
                .readTree(ShippedModelsTest.class.getResource("models/manifest.json"))
                .path("models");
        assertThat(models).hasSizeGreaterThanOrEqualTo(4);
        for (JsonNode model : models) {
            byte[] file = ModelStore.shippedFile(model.path("name").asText()).orElseThrow();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
            assertThat(HexFormat.of().formatHex(digest))
                    .as(model.path("file").asText())
                    .isEqualTo(model.path("sha256").asText());
        }
    }

    @Test
    void aFolderWithoutModelsIsNamed(@TempDir Path folder) throws Exception {
        BackendSpec.Moe spec = new BackendSpec.Moe("local", folder.toString(), 1, 1, 1);
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> MoeRuntime.start(spec))
                .withMessageContaining("it holds no *.gguf file");
        Files.writeString(folder.resolve("broken.gguf"), "not really a model, I fear");
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> MoeRuntime.start(spec))
                .withMessageContaining("broken.gguf: byte 0: this is not a GGUF file");
    }
}
