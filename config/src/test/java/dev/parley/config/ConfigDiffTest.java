package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.load.ConfigLoader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDiffTest {
    private static ParleyConfig load(String yaml) {
        return ConfigLoader.parse(yaml, name -> Optional.of("secret-" + name));
    }

    @Test
    void namesWhatChanged() {
        ParleyConfig before = load("backends: [{id: a, url: 'http://a', models: [m1, m2]}]");
        ParleyConfig after = load("""
                server: {strict: true}
                backends: [{id: a, url: 'http://a', api_key: '${KEY}', models: [{id: m2, price: free}, m3]}]
                policies: [{id: cheap, min_quality: 0.9}]
                """);
        assertThat(ConfigDiff.between(before, before)).isEmpty();
        assertThat(ConfigDiff.between(before, after))
                .containsExactly(
                        "server changed",
                        "backend a changed",
                        "model m2 changed",
                        "model m3 added",
                        "model m1 removed",
                        "policy cheap changed");
    }
}
