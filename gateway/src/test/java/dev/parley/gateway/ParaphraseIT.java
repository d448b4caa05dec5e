package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.load.ConfigLoader;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Planner;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.onnx.MiniLmEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same question in other words goes to the same model, in at least 85 % of all pairs of wordings (written by hand). */
class ParaphraseIT {
    private static final double BAR = 0.85;

    @Test
    void amongTheEmbeddedModels() throws IOException {
        share("embedded", ConfigLoader.embedded(), "paraphrases");
    }

    /** Nobody has outcomes of them: published scores alone tell them apart. Everyday questions of all fields. */
    @Test
    void amongHostedModelsKnownByTheirCards() throws IOException {
        share("hosted", ConfigLoader.parse("""
                backends:
                  - {id: openai, url: "https://openai.invalid/v1", models: [gpt-5.4-mini, gpt-5.5]}
                  - {id: claude, kind: anthropic, models: [claude-sonnet-4-5, claude-haiku-4-5]}
                """, name -> Optional.empty()), "everyday");
    }

    private static void share(String pool, ParleyConfig config, String questions) throws IOException {
        RoutingSpec r = config.routing();
        RoutingSpec routing = new RoutingSpec(
                r.defaultPolicy(), RoutingSpec.Device.CPU, 1, r.maxTokens(), Duration.ofSeconds(5), r.graph());
        GraphPlanner planner = GraphPlanner.open("");
        try (MiniLmEncoder encoder = MiniLmEncoder.open(routing)) {
            for (PolicySpec policy : config.policies()) {
                int same = 0;
                int all = 0;
                StringBuilder torn = new StringBuilder();
                for (List<String> group : groups(questions)) {
                    Map<String, Integer> votes = new HashMap<>();
                    for (String text : group) {
                        Query query = Query.of(text);
                        var features = encoder.encode(query, Instant.MAX)
                                .orTimeout(60, TimeUnit.SECONDS)
                                .join();
                        votes.merge(
                                planner.plan(query, features, config.models(), Planner.Wish.of(policy))
                                        .selected()
                                        .value(),
                                1,
                                Integer::sum);
                    }
                    same += votes.values().stream()
                            .mapToInt(v -> v * (v - 1) / 2)
                            .sum();
                    all += group.size() * (group.size() - 1) / 2;
                    torn.append(votes.size() > 1 ? "\n" + group.getFirst() + " " + votes : "");
                }
                System.out.printf(
                        "paraphrases, %s, %s: %d of %d pairs go to one model%s%n", pool, policy.id(), same, all, torn);
                assertThat((double) same / all)
                        .as(pool + ", policy " + policy.id() + torn)
                        .isGreaterThanOrEqualTo(BAR);
            }
        }
    }

    private static List<List<String>> groups(String questions) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ParaphraseIT.class.getResourceAsStream("/questions/" + questions + ".txt"))) {
            return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n"))
                    .map(group -> group.lines().filter(line -> !line.isBlank()).toList())
                    .toList();
        }
    }
}
