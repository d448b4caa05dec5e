package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.config.RouterSpec;
import dev.parley.config.Secret;
import dev.parley.config.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static ParleyConfig load(String yaml, Map<String, String> env) {
        return ConfigLoader.parse(yaml, name -> Optional.ofNullable(env.get(name)));
    }

    private static ParleyConfig load(String yaml) {
        return load(yaml, Map.of());
    }

    private static ModelSpec model(ParleyConfig config, String id) {
        return config.model(new ModelId(id)).orElseThrow();
    }

    @Test
    void anEmptyFileRunsOnTheEmbeddedModels() {
        ParleyConfig config = load("");
        assertThat(config).isEqualTo(ConfigLoader.embedded(name -> Optional.empty()));
        assertThat(config.models())
                .extracting(m -> m.id().value())
                .containsExactly(
                        "parley-math",
                        "parley-text",
                        "parley-facts",
                        "parley-chat",
                        "parley-general",
                        "all-minilm-l6-v2");
        assertThat(config.policies())
                .extracting(PolicySpec::id)
                .containsExactly("cheap", "balanced", "quality", "fast");
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.server().adminPort()).isEqualTo(8081);
        assertThat(config.keys()).isEmpty();
        assertThat(config.cache().enabled()).isFalse();
        ModelSpec math = model(config, "parley-math");
        assertThat(math.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.LOGPROBS);
        assertThat(math.price()).isEqualTo(new Price.PerToken(20_000, 40_000, 20_000, 20_000));
        assertThat(math.contextTokens()).isEqualTo(512);
    }

    @Test
    void theEmbeddedConfigurationTakesPortsAndFileFromTheEnvironment() {
        Map<String, String> env = Map.of("PARLEY_PORT", "0", "PARLEY_DB", "/tmp/x.db");
        ParleyConfig config = ConfigLoader.embedded(name -> Optional.ofNullable(env.get(name)));
        assertThat(config.server().port()).isZero();
        assertThat(config.record().path()).isEqualTo("/tmp/x.db");
    }

    @Test
    void tenLinesAddAServerAndACloud() {
        ParleyConfig config = load("""
                backends:
                  - id: vllm
                    url: http://localhost:8000/v1/
                    models: [Qwen/Qwen3-30B-A3B]
                  - id: cloud
                    url: https://api.openai.com/v1
                    api_key: ${OPENAI_API_KEY}
                    models: [gpt-4o-mini, {id: best, upstream: gpt-4.1}]
                """, Map.of("OPENAI_API_KEY", "sk-test-123"));
        BackendSpec.Http vllm = (BackendSpec.Http) config.backend("vllm").orElseThrow();
        assertThat(vllm.baseUrl()).hasToString("http://localhost:8000/v1");
        assertThat(vllm.protocol()).isEqualTo(BackendSpec.Protocol.OPENAI);
        BackendSpec.Http cloud = (BackendSpec.Http) config.backend("cloud").orElseThrow();
        assertThat(cloud.apiKey()).isEqualTo(Secret.of("sk-test-123"));

        ModelSpec mini = model(config, "gpt-4o-mini");
        assertThat(mini.price()).isEqualTo(new Price.PerToken(150_000, 600_000, 75_000, 150_000));
        assertThat(mini.contextTokens()).isEqualTo(128_000);
        assertThat(mini.maxOutputTokens()).isEqualTo(16_384);
        assertThat(mini.capabilities()).contains(Capability.TOOLS, Capability.VISION, Capability.JSON_SCHEMA);
        ModelSpec best = model(config, "best");
        assertThat(best.upstreamModel()).isEqualTo("gpt-4.1");
        assertThat(best.price()).isEqualTo(new Price.PerToken(2_000_000, 8_000_000, 500_000, 2_000_000));
        ModelSpec qwen = model(config, "Qwen/Qwen3-30B-A3B");
        assertThat(qwen.price()).isEqualTo(new Price.Unknown());
        assertThat(qwen.price().costNanoUsd(Usage.of(5, 5))).isEmpty();
    }

    @Test
    void pricesAreExactInBothForms() {
        ParleyConfig config = load("""
                backends: [{id: a, url: http://a}]
                models:
                  - {id: m1, backend: a, price: {input: 0.0375, output: 0.15, cache_read: 0.01}}
                  - id: m2
                    backend: a
                    price: {input_cost_per_token: 3.75e-08, output_cost_per_token: 1.5e-07, cache_read_input_token_cost: 1e-8}
                  - {id: gpt-4o, backend: a, price: {output: 5}}
                  - {id: m4, backend: a, price: free}
                  - {id: gpt-5, backend: a, price: unknown}
                """);
        Price.PerToken expected = new Price.PerToken(37_500, 150_000, 10_000, 37_500);
        assertThat(model(config, "m1").price()).isEqualTo(expected);
        assertThat(model(config, "m2").price()).isEqualTo(expected);
        assertThat(model(config, "gpt-4o").price())
                .isEqualTo(new Price.PerToken(2_500_000, 5_000_000, 1_250_000, 2_500_000));
        assertThat(model(config, "m4").price()).isEqualTo(new Price.PerToken(0, 0, 0, 0));
        assertThat(model(config, "gpt-5").price()).isEqualTo(new Price.Unknown());
    }

    @Test
    void openWeightsServedByOneselfDoNotTakeACloudsPrice() {
        ParleyConfig config = load("backends: [{id: v, url: http://v, models: [openai/gpt-oss-120b]}]");
        assertThat(model(config, "openai/gpt-oss-120b").price()).isEqualTo(new Price.Unknown());
    }

    @Test
    void anEmbeddedBackendBringsItsModelsAndOneOfThemCanBeChanged() {
        ParleyConfig all = load("backends: [{id: mine, kind: moe}]");
        assertThat(all.models()).hasSize(5).allMatch(m -> m.backend().equals("mine"));
        ParleyConfig one = load("backends: [{id: mine, kind: moe, models: [{id: sums, upstream: parley-math,"
                + " card: {quality: 0.9}}]}]");
        ModelSpec sums = model(one, "sums");
        assertThat(sums.contextTokens()).isEqualTo(512);
        assertThat(sums.card().quality()).isEqualTo(0.9);
        assertThat(sums.card().qualityByTask()).containsKey("add");
    }

    @Test
    void policiesOverrideTheShippedOnesKeyByKey() {
        ParleyConfig config = load("""
                policies:
                  - {id: cheap, min_quality: 0.8}
                  - {id: quality, kind: threshold, strong: parley-math, weak: parley-chat, threshold: 0.2}
                  - {id: mine, cost_weight: 0.5, max_cost_usd: 0.002, max_latency: 2s}
                routing: {default_policy: mine}
                """);
        PolicySpec.CheapestSufficient cheap =
                (PolicySpec.CheapestSufficient) config.policy("cheap").orElseThrow();
        assertThat(cheap.caution()).isEqualTo(0.5);
        assertThat(cheap.limits().minQuality()).isEqualTo(0.8);
        assertThat(config.policy("quality").orElseThrow()).isInstanceOf(PolicySpec.Threshold.class);
        PolicySpec mine = config.policy("mine").orElseThrow();
        assertThat(mine.limits().maxCostNanoUsd()).isEqualTo(2_000_000);
        assertThat(config.routing().defaultPolicy()).isEqualTo("mine");
    }

    @Test
    void secretsComeFromFilesToo(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("key"), "from-a-file\n");
        Path file = folder.resolve("parley.yaml");
        Files.writeString(file, "keys: [{id: team, secret: '${file:key}'}]\nserver: {admin: {key: '${ADMIN:-}'}}\n");
        ParleyConfig config = ConfigLoader.load(file, name -> Optional.empty());
        assertThat(config.keys().getFirst().secret().reveal()).isEqualTo("from-a-file");
        assertThat(config.server().adminKey().isPresent()).isFalse();
    }

    @Test
    void aFileThatIsNotThereIsOneViolation(@TempDir Path folder) {
        assertThatThrownBy(() -> ConfigLoader.load(folder.resolve("none.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml: there is no such file");
    }

    @Test
    void aPolicyNamesItsRouter() {
        ParleyConfig config = load("""
                routing: {router: knn}
                policies: [{id: cheap, router: mine}, {id: two, router: cheapest}]
                routers: [{id: mine, kind: shares, shares: {parley-math: 2}}]
                """);
        assertThat(config.routing().routerOf("balanced")).isEqualTo("knn");
        assertThat(config.routing().routerOf("cheap")).isEqualTo("mine");
        assertThat(config.routing().routerOf("two")).isEqualTo("cheapest");
        assertThat(config.routers())
                .containsExactlyInAnyOrder(
                        new RouterSpec.Graph("graph"),
                        new RouterSpec.Cheapest("cheapest"),
                        new RouterSpec.Fastest("fastest"),
                        new RouterSpec.Nearest("knn", 100),
                        new RouterSpec.Shares("mine", Map.of(new ModelId("parley-math"), 2.0)));
    }
}
