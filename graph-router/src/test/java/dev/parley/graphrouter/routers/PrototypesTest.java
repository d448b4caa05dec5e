package dev.parley.graphrouter.routers;

import static dev.parley.graphrouter.Fixtures.FACTS;
import static dev.parley.graphrouter.Fixtures.MATH;
import static dev.parley.graphrouter.Fixtures.axis;
import static dev.parley.graphrouter.Fixtures.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Fixtures;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.RoutingGraph;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrototypesTest {
    @Test
    void theNearestPrototypesModelIsFirst() {
        double[] quality = Prototypes.of(Fixtures.graph()).of(axis(MATH)).quality();
        assertThat(quality).containsExactly(new double[] {1, Math.exp(-8)}, within(1e-9));
    }

    @Test
    void modelsThatAreAsGoodShareAPrototype() {
        RoutingGraph equal = Fixtures.graph(10, 0.5f, 0.5f);
        assertThat(Prototypes.of(equal).of(axis(FACTS)).quality()).containsExactly(1, 1);
    }

    /** Declared examples need no calibrated graph; models without any come last. */
    @Test
    void examplesMakePrototypes() {
        List<ModelSpec> models = List.of(model("one", 0.2, 1000), model("two", 0.2, 1000), model("none", 0.9, 1000));
        RouterSpec spec = new RouterSpec.Prototype(
                "by-example", Map.of(new ModelId("one"), List.of("4"), new ModelId("two"), List.of("5", "6")));
        Router router = Setting.router(spec, GraphPlanner.of(RoutingGraph.empty()), models);
        assertThat(Setting.decide(router, 4, models).selected()).hasToString("one");
        assertThat(Setting.decide(router, 5, models).selected()).hasToString("two");
        assertThat(Setting.decide(router, 6, models).predictions())
                .extracting(p -> p.model().value())
                .containsExactly("two", "one", "none");
    }
}
