package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.RoutingSpec;
import dev.parley.config.RoutingSpec.Device;
import dev.parley.routermodels.FollowUp;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder.Embedded;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.RequestShape;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real model, once for all tests. */
class MiniLmEncoderTest {
    private static MiniLmEncoder encoder;

    static RoutingSpec spec(Device device) {
        return new RoutingSpec("balanced", device, 1, 64, Duration.ofMillis(50), "");
    }

    @BeforeAll
    static void open() {
        encoder = MiniLmEncoder.open(spec(Device.AUTO));
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    private static Embedded embed(String... texts) {
        return encoder.embed(List.of(texts)).orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }

    @Test
    void nearTextsAreNearAndFarTextsFar() {
        List<float[]> v = embed(
                        "What is the capital of Peru?",
                        "Name Peru's capital city",
                        "Reverse the word gateway",
                        "Spell gateway backwards",
                        "What is 346 + 87?",
                        "What is 12 + 9?")
                .vectors();
        assertThat(cosine(v.get(0), v.get(0))).isCloseTo(1, within(1e-5));
        assertThat(cosine(v.get(0), v.get(1))).isGreaterThan(0.7);
        assertThat(cosine(v.get(2), v.get(3))).isGreaterThan(0.5);
        assertThat(cosine(v.get(4), v.get(5))).isGreaterThan(cosine(v.get(4), v.get(0)) + 0.2);
        assertThat(cosine(v.get(0), v.get(2))).isLessThan(0.35);
    }

    /** Computed with the same ONNX file by onnxruntime for Python, mean pooling by the attention mask. */
    @Test
    void equalsTheReferenceInPython() {
        float[] v = embed("What is the capital of Peru?").vectors().getFirst();
        double[] reference = {
            0.11031, -0.02179, -0.09215, 0.06231, 0.02897, -0.11746, 0.01967, -0.02266, -0.03859, 0.10511, 0.05504,
            -0.05801
        };
        for (int i = 0; i < reference.length; i++) {
            assertThat((double) v[i]).isCloseTo(reference[i], within(2e-2));
        }
    }

    private static QueryFeatures lastOf(String... turns) {
        Query bare = Query.of(turns[turns.length - 1]);
        Query query = new Query(
                bare.text(),
                FollowUp.earlier(List.of(turns)),
                RequestShape.ofTurns(turns.length),
                bare.estimatedInputTokens(),
                bare.maxOutputTokens(),
                bare.needs(),
                bare.taskHints());
        return encoder.encode(query, Instant.now().plusSeconds(60))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @ParameterizedTest
    @CsvSource({
        "What is the capital of Peru?, And of Chile?, trivia",
        "Translate good morning to German, and in French?, language",
        "Write a poem about the sea, Can you make it shorter?, writing",
        "Write a function that reverses a linked list in Java, Now without recursion, code"
    })
    void followUpsAreReadWithWhatTheyGoOnFrom(String first, String then, String domain) {
        QueryFeatures followUp = lastOf(first, then);
        assertThat(followUp.followUp()).isTrue();
        assertThat(followUp.profile().orElseThrow().domain()).isEqualTo(domain);
        assertThat(followUp.embedding())
                .containsExactly(lastOf(first + "\n" + then).embedding());
    }

    @ParameterizedTest
    @CsvSource({
        "What is the capital of Peru?, Reverse the word gateway",
        "Reverse the word gateway, What is 346 + 87?",
        "What is 346 + 87?, What is the capital of Peru?"
    })
    void whatAsksSomethingNewIsReadAlone(String first, String then) {
        QueryFeatures fresh = lastOf(first, then);
        assertThat(fresh.followUp()).isFalse();
        assertThat(fresh.embedding()).containsExactly(lastOf(then).embedding());
    }

    @Test
    void withoutAnEmbeddingWordsAloneTellAFollowUp() {
        Query bare = Query.of("And of Chile?");
        Query query = new Query(
                bare.text(),
                "What is the capital of Peru?",
                RequestShape.ofTurns(2),
                10,
                bare.maxOutputTokens(),
                bare.needs(),
                bare.taskHints());
        QueryFeatures late = encoder.encode(query, Instant.EPOCH).join();
        assertThat(late.embedded()).isFalse();
        assertThat(late.followUp()).isTrue();
        QueryFeatures whole = encoder.encode(query.joined(), Instant.EPOCH).join();
        assertThat(late.profile().orElseThrow().domains())
                .containsExactly(whole.profile().orElseThrow().domains());
    }

    @Test
    void companyDoesNotChangeAnEmbedding() {
        float[] solo = embed("Which planet is the largest?").vectors().getFirst();
        Embedded company = embed("x", "Which planet is the largest?", "A much longer text ".repeat(20));
        assertThat(company.vectors().get(1)).containsExactly(solo);
        assertThat(company.inputTokens()).isGreaterThan(60);
        QueryFeatures query = encoder.encode(
                        Query.of("Which planet is the largest?"), Instant.now().plusSeconds(60))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        assertThat(query.embedding()).containsExactly(solo);
        assertThat(query.encoder()).isEqualTo("minilm-l6-q8");
    }

    @Test
    void aMissedDeadlineLeavesNoEmbedding() {
        QueryFeatures features = encoder.encode(Query.of("Is it late?"), Instant.EPOCH)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        assertThat(features.embedded()).isFalse();
        assertThat(features.embedding()).hasSize(384).containsOnly(0);
    }

    @Test
    void theDeviceIsSaidAndCudaIsNotPretended() {
        assertThat(encoder.description()).contains("MiniLM").containsPattern("CUDA|CPU");
        if (encoder.description().contains("on CPU")) {
            assertThat(encoder.description()).contains("auto: ");
            assertThatThrownBy(() -> MiniLmEncoder.open(spec(Device.CUDA)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("-Pcuda")
                    .hasMessageContaining("routing.device");
        }
    }

    @Test
    void aSpecOutOfRangeIsRefused() {
        assertThatThrownBy(() ->
                        MiniLmEncoder.open(new RoutingSpec("balanced", Device.CPU, 0, 64, Duration.ofMillis(50), "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("routing.encoder_threads");
    }
}
