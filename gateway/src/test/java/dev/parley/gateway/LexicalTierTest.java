package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.load.ConfigLoader;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.Tier;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shipped graph over the held-out questions (other seed, other phrasings) when no embedding comes: words alone tell the task. */
class LexicalTierTest {
    private final ParleyConfig config = ConfigLoader.embedded(name -> Optional.empty());
    private final GraphPlanner planner = GraphPlanner.open("");
    private final PolicySpec policy =
            config.policy(config.routing().defaultPolicy()).orElseThrow();

    private Decision decide(Query query) {
        QueryFeatures late = new QueryFeatures(new float[384], "none");
        return planner.plan(query, late, config.models(), Wish.of(policy));
    }

    /** By the words alone. */
    private Decision decide(JsonNode question) {
        return decide(Query.of(question.path("prompt").asText()));
    }

    /** Told the task: then the field's specialist, or the generalist where it is calibrated to be the better one. */
    private Decision told(JsonNode question) {
        Query query = Query.of(question.path("prompt").asText());
        Set<String> task = Set.of(question.path("task").asText());
        return decide(new Query(
                query.text(),
                query.earlier(),
                query.shape(),
                query.estimatedInputTokens(),
                query.maxOutputTokens(),
                query.needs(),
                task));
    }

    @Test
    void theRightTaskAndModelAreFoundWithoutTheEncoder() throws IOException {
        List<JsonNode> questions = questions();
        int tasks = 0;
        int models = 0;
        for (JsonNode question : questions) {
            Decision decision = decide(question);
            assertThat(decision.tier()).isEqualTo(Tier.LEXICAL);
            tasks += decision.reason()
                            .endsWith("by task '" + question.path("task").asText() + "'")
                    ? 1
                    : 0;
            models += decision.selected().equals(told(question).selected()) ? 1 : 0;
        }
        System.out.printf("lexical tier: task %d, model %d of %d%n", tasks, models, questions.size());
        // Tasks of one specialist may be mistaken for each other ("fine" and "how-are-you"); the model is what is
        // chosen.
        assertThat(tasks).isGreaterThanOrEqualTo(questions.size() * 90 / 100);
        assertThat(models).isGreaterThanOrEqualTo(questions.size() * 96 / 100);
    }

    private static List<JsonNode> questions() throws IOException {
        try (InputStream in = LexicalTierTest.class.getResourceAsStream("/questions/heldout.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(TestGateway::json)
                    .toList();
        }
    }
}
