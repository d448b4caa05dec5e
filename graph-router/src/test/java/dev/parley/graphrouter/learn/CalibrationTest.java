package dev.parley.graphrouter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.GraphFile;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.graph.TypedGraph;
import dev.parley.graphrouter.learn.Calibration.Row;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final List<String> CITIES =
            List.of("Peru", "France", "Japan", "Chile", "Ghana", "Nepal", "Cuba", "Mali");

    /** Hashed words, normalised: texts that share words are near. */
    private static final class WordEncoder implements QueryEncoder {
        private final String name;

        WordEncoder(String name) {
            this.name = name;
        }

        @Override
        public CompletableFuture<QueryFeatures> encode(Query query, Instant deadline) {
            float[] v = new float[64];
            for (String word : query.text().toLowerCase(java.util.Locale.ROOT).split("[^a-z]+")) {
                v[Math.floorMod(word.hashCode() * 31, 64)] += 1;
            }
            double square = 0;
            for (float x : v) {
                square += x * x;
            }
            for (int i = 0; i < v.length; i++) {
                v[i] /= (float) Math.sqrt(square);
            }
            return CompletableFuture.completedFuture(new QueryFeatures(v, name));
        }

        @Override
        public CompletableFuture<Embedded> embed(List<String> texts) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int missed() {
            return 0;
        }

        @Override
        public int dimension() {
            return 64;
        }

        @Override
        public String description() {
            return name;
        }

        @Override
        public void close() {}
    }

    private final QueryEncoder encoder = new WordEncoder("words");

    /** adder is right on math, sage on facts; each is wrong elsewhere. */
    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < CITIES.size(); i++) {
            String fact = "What is the capital of " + CITIES.get(i) + "?";
            String sum = "Please compute " + i + " plus " + (i + 3);
            rows.add(row(fact, "facts", "adder", 0));
            rows.add(row(fact, "facts", "sage", 1));
            rows.add(row(sum, "math", "adder", 1));
            rows.add(row(sum, "math", "sage", 0));
        }
        return rows;
    }

    private static Row row(String text, String task, String model, double score) {
        return new Row(text, task, new ModelId(model), score, 7, Duration.ofMillis(30), 0.1);
    }

    private static ModelSpec model(String id) {
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 10, Duration.ofMillis(10), 100);
        return new ModelSpec(
                new ModelId(id), "b", id, new Price.PerToken(1, 1, 0, 0), Set.of(Capability.CHAT), 512, 256, card);
    }

    private Decision decide(GraphPlanner planner, String text, QueryEncoder encoder) {
        Query query = Query.of(text);
        PolicySpec policy = new PolicySpec.Weighted("quality", 0, 1, 0, Duration.ofSeconds(1), PolicySpec.Limits.NONE);
        QueryFeatures features = encoder.encode(query, Instant.MAX).join();
        return planner.plan(query, features, List.of(model("adder"), model("sage")), Wish.of(policy));
    }

    @Test
    void theFileRoutesNewQuestionsOfTheSameKinds() {
        byte[] file = Calibration.with(encoder).file(rows());
        GraphPlanner planner = GraphPlanner.of(GraphFile.read(file, "test"));
        Decision fact = decide(planner, "Tell me the capital of Kenya", encoder);
        assertThat(fact.selected()).hasToString("sage");
        assertThat(fact.predictions().getFirst().quality()).isGreaterThan(0.7);
        assertThat(fact.predictions().getFirst().evidence()).contains("'facts'");
        assertThat(fact.predictions().getFirst().latency()).isBetween(Duration.ofMillis(29), Duration.ofMillis(31));
        assertThat(decide(planner, "compute 400 plus 5", encoder).selected()).hasToString("adder");
    }

    @Test
    void fewerAnchorsThanQueriesAreClusters() {
        RoutingGraph graph = Calibration.with(encoder).maxAnchors(4).graph(rows());
        assertThat(graph.anchors().count()).isBetween(2, 4);
        float outcomes = 0;
        for (float n : graph.anchorModels().n()) {
            outcomes += n;
        }
        assertThat(outcomes).isEqualTo(rows().size());
        assertThat(decide(GraphPlanner.of(graph), "compute 400 plus 5", encoder).selected())
                .hasToString("adder");
    }

    @Test
    void sameRowsSameBytesAndNoText() {
        byte[] file = Calibration.with(encoder).file(rows());
        assertThat(Calibration.with(encoder).file(rows())).isEqualTo(file);
        assertThat(new String(file, java.nio.charset.StandardCharsets.UTF_8)).doesNotContain("capital", "Peru");
    }

    @Test
    void anchorsOfAnotherEncoderAreNotCompared() {
        GraphPlanner planner = GraphPlanner.of(Calibration.with(encoder).graph(rows()));
        Prediction foreign = decide(planner, "compute 400 plus 5", new WordEncoder("other"))
                .predictions()
                .getFirst();
        assertThat(foreign.evidence()).doesNotContain("near 'math'").doesNotContain("near 'facts'");
    }

    @Test
    void rowsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> row("x", "t", "m", 1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row(" ", "t", "m", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Calibration.with(encoder).file(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one outcome");
        assertThatThrownBy(() -> Calibration.with(new WordEncoder("none")).file(rows()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without embedding");
    }

    @Test
    void theTypedGraphIsValidAndExplains() {
        TypedGraph graph = TypedGraph.of(Calibration.with(encoder).graph(rows()));
        graph.validate();
        assertThat(graph.nodes()).isEqualTo(2 + 2 + 16);
        assertThat(graph.edges()).isEqualTo(16 + 16 * 2 + 4);
        assertThat(graph.explain("sage")).contains("facts: quality 1.00 over 8 outcomes");
        assertThat(graph.explain("nobody")).isEmpty();
    }

    @Test
    void aModelJoinsByItsProbesAlone() {
        RoutingGraph graph = Calibration.with(encoder).graph(rows());
        List<Row> probes = rows().stream()
                .filter(row -> row.model().value().equals("adder"))
                .map(row -> row(row.text(), row.task(), "summer", row.score()))
                .toList();
        RoutingGraph joined = GraphFile.read(Calibration.with(encoder).joined(graph, probes), "joined");
        assertThat(joined.models()).containsExactlyElementsOf(graph.models());
        assertThat(joined.newcomers())
                .singleElement()
                .satisfies(newcomer -> assertThat(newcomer.probes()).isEqualTo(16));
        assertThatThrownBy(() -> Calibration.with(new WordEncoder("other")).joined(graph, probes))
                .hasMessageContaining("made with the encoder words, the gateway has other");
    }
}
