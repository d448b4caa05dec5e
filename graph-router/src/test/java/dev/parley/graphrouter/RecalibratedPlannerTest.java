package dev.parley.graphrouter;

import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.NOWHERE;
import static dev.parley.graphrouter.Fixtures.at;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.graph;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static dev.parley.graphrouter.Fixtures.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.graphrouter.Planner.Wish;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was learnt of predictions reaches decisions, the file and nothing it was not learnt for. */
class RecalibratedPlannerTest {
    private static final Curve HALVED = new Curve(new float[] {0, 1}, new float[] {0, 0.5f});
    private static final Curve DEMAND = new Curve(new float[] {0, 0.5f, 1}, new float[] {0, 0.75f, 1});
    private static final RoutingGraph PLAIN = graph(100, 0.9f, 0.6f);
    private static final Recalibration ADDER_FLATTERED = new Recalibration(
            List.of(HALVED, Curve.NONE), List.of(Curve.NONE, Curve.NONE), Curve.NONE, DEMAND, HeldOut.NONE);

    private static Prediction adder(RoutingGraph graph, QueryFeatures features) {
        return GraphPlanner.of(graph)
                .predict(Query.of("anything"), features, List.of(model("adder", 0.3, 1000)))
                .getFirst();
    }

    @Test
    void predictionsAreWorthWhatWasSeen() {
        RoutingGraph set = PLAIN.recalibrated(ADDER_FLATTERED);
        double before = adder(PLAIN, at(axis(MATH))).quality();
        assertThat(before).isGreaterThan(0.8);
        assertThat(adder(set, at(axis(MATH))).quality()).isCloseTo(before / 2, within(1e-6));
        for (QueryFeatures foreign : List.of(unembedded(), at(axis(NOWHERE)))) {
            assertThat(adder(set, foreign).quality())
                    .as("seen on queries at home only")
                    .isEqualTo(adder(PLAIN, foreign).quality());
        }
    }

    /** Adder 0.6 or so for facts at a tenth of the price of sage, 0.9. */
    @Test
    void asMuchIsDemandedAsKeepsWhatIsAsked() {
        List<ModelSpec> models = List.of(model("adder", 0.3, 1000), model("sage", 0.3, 10_000));
        Recalibration demanding = new Recalibration(
                List.of(Curve.NONE, Curve.NONE), List.of(Curve.NONE, Curve.NONE), Curve.NONE, DEMAND, HeldOut.NONE);
        Limits half = new Limits(Long.MAX_VALUE, 0.5, Duration.ofDays(1));
        Wish cheapest = Wish.of(new PolicySpec.CheapestSufficient("cheap", 0, half));
        assertThat(facts(PLAIN, models, cheapest).selected()).hasToString("adder");
        assertThat(facts(PLAIN.recalibrated(demanding), models, cheapest).selected())
                .hasToString("sage");
        Wish weighted = Wish.of(new PolicySpec.Weighted("w", 0, 10_000, 0, Duration.ofSeconds(1), half));
        assertThatThrownBy(() -> facts(PLAIN.recalibrated(demanding), models.subList(0, 1), weighted))
                .isInstanceOf(NoCandidateException.class)
                .hasMessageContaining("is below the minimum of 0.50, which takes 0.75");
        assertThat(GraphPlanner.of(PLAIN.recalibrated(demanding)).sufficient(0.5))
                .isEqualTo(0.75);
        assertThat(facts(PLAIN.recalibrated(demanding), models, Wish.of(weighted(0)))
                        .predictions())
                .as("no minimum, no demand")
                .hasSize(2);
    }

    private static Decision facts(RoutingGraph graph, List<ModelSpec> models, Wish wish) {
        return GraphPlanner.of(graph).plan(Query.of("anything"), at(axis(Fixtures.FACTS)), models, wish);
    }

    @Test
    void itSurvivesTheFileAndOlderFilesHaveNone() throws IOException {
        RoutingGraph read = GraphFile.read(GraphFile.write(PLAIN.recalibrated(ADDER_FLATTERED)), "test");
        assertThat(read.recalibration().quality(0, 0, 0.8)).isCloseTo(0.4, within(1e-3));
        assertThat(read.recalibration().knows(1)).isFalse();
        assertThat(read.recalibration().sufficient(0.5)).isCloseTo(0.75, within(1e-3));
        ObjectNode older = (ObjectNode) new ObjectMapper().readTree(GraphFile.write(PLAIN));
        older.put("version", 3).remove("recalibration");
        older.put("id", GraphFile.digest(older));
        byte[] file = older.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(GraphFile.read(file, "older").recalibration().isNone()).isTrue();
        assertThat(GraphPlanner.open("").graph().recalibration().isNone()).isFalse();
        assertThatThrownBy(() ->
                        PLAIN.recalibrated(new Recalibration(List.of(), List.of(), HALVED, Curve.NONE, HeldOut.NONE)))
                .hasMessageContaining("other tasks or models");
    }
}
