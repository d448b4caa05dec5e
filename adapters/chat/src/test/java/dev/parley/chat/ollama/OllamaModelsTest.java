package dev.parley.chat.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend.Embeddings;
import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OllamaModelsTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final ModelSpec MODEL = new ModelSpec(
            new ModelId("org/m:1"),
            "b",
            "up",
            new Price.Unknown(),
            Set.of(Capability.CHAT, Capability.TOOLS, Capability.REASONING, Capability.JSON_SCHEMA),
            4096,
            100,
            new ModelCard("Good.", "acme", 0.5, Map.of(), 100, Duration.ofMillis(1), 1));

    private static JsonNode json(Buffer body) throws IOException {
        return new ObjectMapper().readTree(body.getBytes());
    }

    @Test
    void tagsListRoutedNamesAndModels() throws IOException {
        JsonNode models =
                json(OllamaModels.tags(List.of(MODEL), List.of("auto"), THEN)).get("models");
        assertThat(models.findValuesAsText("name")).containsExactly("auto", "org/m:1");
        JsonNode model = models.get(1);
        assertThat(model.get("model").asText()).isEqualTo("org/m:1");
        assertThat(model.get("modified_at").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(model.get("digest").asText()).matches("[0-9a-f]{64}");
        assertThat(model.get("size").isIntegralNumber()).isTrue();
        assertThat(model.get("details").get("family").asText()).isEqualTo("acme");
        assertThat(model.get("details").get("families").get(0).asText()).isEqualTo("acme");
        assertThat(model.get("capabilities").toString()).isEqualTo("[\"completion\",\"thinking\",\"tools\"]");
        assertThat(models.get(0).get("capabilities").toString()).isEqualTo("[\"completion\",\"thinking\",\"tools\"]");
    }

    @Test
    void showTellsTheContextLength() throws IOException {
        JsonNode shown = json(OllamaModels.show(MODEL, THEN));
        String architecture =
                shown.get("model_info").get("general.architecture").asText();
        assertThat(shown.get("model_info").get(architecture + ".context_length").asInt())
                .isEqualTo(4096);
        assertThat(shown.get("capabilities").toString()).contains("tools");
        assertThat(json(OllamaModels.showVirtual("auto", List.of(MODEL), THEN))
                        .get("model_info")
                        .get("general.basename")
                        .asText())
                .isEqualTo("auto");
        assertThat(OllamaModels.shown("{\"name\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("x");
        assertThatThrownBy(() -> OllamaModels.shown("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ChatFailure.class);
    }

    @Test
    void runningModelsNeverExpire() throws IOException {
        JsonNode model =
                json(OllamaModels.running(List.of(MODEL), THEN)).get("models").get(0);
        assertThat(Instant.parse(model.get("expires_at").asText())).isAfter(THEN.plus(Duration.ofDays(3650)));
        assertThat(model.get("context_length").asInt()).isEqualTo(4096);
        assertThat(json(OllamaModels.version()).get("version").asText()).matches("\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void embeddingsOfBothRoutes() throws IOException {
        byte[] body = "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"dimensions\":1}".getBytes(StandardCharsets.UTF_8);
        OllamaEmbeddings.Request request = OllamaEmbeddings.decode(body);
        assertThat(request.texts()).containsExactly("a", "b");
        Embeddings vectors = new Embeddings(List.of(new float[] {3, 4}, new float[] {-2, 0}), 7);
        assertThat(OllamaEmbeddings.encode(request, vectors, "e", Duration.ofNanos(9))
                        .toString())
                .isEqualTo(
                        "{\"model\":\"e\",\"embeddings\":[[1.0],[-1.0]],\"total_duration\":9,\"load_duration\":0,\"prompt_eval_count\":7}");
        OllamaEmbeddings.Request single =
                OllamaEmbeddings.decodeSingle("{\"model\":\"e\",\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(json(OllamaEmbeddings.encode(single, vectors, "e", Duration.ZERO))
                        .toString())
                .isEqualTo("{\"embedding\":[3.0,4.0]}");
        assertThat(OllamaEmbeddings.decode("{\"model\":\"e\",\"input\":\"a\"}".getBytes(StandardCharsets.UTF_8))
                        .texts())
                .containsExactly("a");
        assertThatThrownBy(() ->
                        OllamaEmbeddings.decode("{\"model\":\"e\",\"input\":[1]}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        ChatFailure.class, e -> assertThat(e.param()).isEqualTo("input[0]"));
    }
}
