package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.model;
import static dev.parley.graphrouter.Fixtures.specialists;
import static dev.parley.graphrouter.Fixtures.unembedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.RoutingGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all routers that tell quality from an embedding over the graph's outcomes. */
class ByEmbeddingTest {
    static Stream<RouterSpec> routers() {
        return Stream.of(
                new RouterSpec.Nearest("knn", 10),
                new RouterSpec.Clusters("kmeans"),
                new RouterSpec.Prototype("prototype", Map.of()),
                new RouterSpec.Factors("mf"),
                new RouterSpec.Categories("categories", 1e12, Map.of(), 0.5));
    }

    @ParameterizedTest
    @MethodSource("routers")
    void eachQuestionGoesToItsSpecialist(RouterSpec spec) {
        Router router = Setting.router(spec, specialists());
        Decision math = Setting.decide(router, MATH, specialists());
        assertThat(math.router()).isEqualTo(spec.id());
        assertThat(math.selected()).hasToString("adder");
        assertThat(math.propensity()).isEqualTo(1);
        assertThat(Setting.decide(router, FACTS, specialists()).selected()).hasToString("sage");
        Decision graph = Setting.decide(Setting.planner(), MATH, specialists());
        assertThat(math.predictions().getFirst().costNanoUsd())
                .as("cost is not its business")
                .isEqualTo(graph.predictions().getFirst().costNanoUsd());
    }

    @ParameterizedTest
    @MethodSource("routers")
    void withoutOutcomesItIsRefusedWithARemedy(RouterSpec spec) {
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        assertThatThrownBy(() -> Setting.router(spec, cards, specialists()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("router '" + spec.id() + "' needs", "parley calibrate");
    }

    @ParameterizedTest
    @MethodSource("routers")
    void withoutAnEmbeddingTheGraphPredicts(RouterSpec spec) {
        Router router = Setting.router(spec, specialists());
        String whose = spec instanceof RouterSpec.Categories
                ? "categories"
                : "graph"; // it asks for the task, which words tell
        assertThat(Setting.decide(router, Setting.ANY, unembedded(), specialists())
                        .router())
                .isEqualTo(whose);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void aModelWithoutOutcomesIsNoObstacle(RouterSpec spec) {
        List<ModelSpec> models = new ArrayList<>(specialists());
        models.add(model("newcomer", 0.1, 1000));
        Decision decision = Setting.decide(Setting.router(spec, models), MATH, models);
        assertThat(decision.selected()).hasToString("adder");
        assertThat(decision.predictions()).hasSize(3);
    }
}
