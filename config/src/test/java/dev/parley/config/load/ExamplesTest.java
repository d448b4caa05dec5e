package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ParleyConfig;
import dev.parley.config.Price;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {
    private static final Path FOLDER = Path.of("examples");
    private static final String SECRET = "a-secret-of-the-test-";

    private static Optional<String> environment(String name) {
        return name.endsWith("_KEY") ? Optional.of(SECRET + name) : Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embedded.yaml",
                "local-gguf.yaml",
                "llamacpp.yaml",
                "vllm-and-cloud.yaml",
                "ollama.yaml",
                "ab-test.yaml",
                "team-keys.yaml"
            })
    void loads(String example) {
        ParleyConfig config = ConfigLoader.load(FOLDER.resolve(example), ExamplesTest::environment);
        assertThat(config.models()).isNotEmpty();
        assertThat(config.models()).as("prices known").noneMatch(m -> m.price() instanceof Price.Unknown);
        ConfigCheck.Report report = ConfigCheck.of(FOLDER.resolve(example), ExamplesTest::environment);
        assertThat(report.isOk()).isTrue();
        assertThat(report.text())
                .contains(config.models().getFirst().id().value())
                .doesNotContain(SECRET);
    }

    @Test
    void noExampleIsForgotten() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
            assertThat(names)
                    .containsExactlyInAnyOrder(
                            "embedded.yaml",
                            "local-gguf.yaml",
                            "llamacpp.yaml",
                            "vllm-and-cloud.yaml",
                            "ollama.yaml",
                            "ab-test.yaml",
                            "team-keys.yaml");
        }
    }

    @Test
    void theTenLineExampleHasTenLines() throws IOException {
        assertThat(Files.readAllLines(FOLDER.resolve("vllm-and-cloud.yaml"))).hasSizeLessThanOrEqualTo(10);
    }
}
