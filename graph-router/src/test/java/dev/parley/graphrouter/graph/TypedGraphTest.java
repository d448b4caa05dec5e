package dev.parley.graphrouter.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.Lexicon;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.head.Head;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypedGraphTest {
    private static RoutingGraph graph(float share, float byAnchor, float byTask) {
        return new RoutingGraph(
                "x",
                "e",
                List.of("t"),
                List.of("m"),
                new RoutingGraph.Anchors(1, 1, new float[] {1}, new float[] {share}),
                edges(byAnchor),
                edges(byTask),
                Lexicon.none(1),
                Head.none(),
                List.of(),
                Recalibration.NONE,
                RoutingGraph.Tuning.DEFAULT);
    }

    private static EdgeStats edges(float n) {
        return new EdgeStats(1, 1, new float[] {n}, new float[] {1}, new float[] {1}, new float[] {1});
    }

    @Test
    void contradictionsAreNamed() {
        TypedGraph.of(graph(1, 2, 2)).validate();
        refused(graph(0.5f, 2, 2), "task shares sum to 0.5");
        refused(graph(1, 0, 0), "no outcome");
        refused(graph(1, 1, 2), "its anchors count 1.0 outcomes, its tasks 2.0");
    }

    private static void refused(RoutingGraph graph, String why) {
        TypedGraph typed = TypedGraph.of(graph);
        assertThatThrownBy(typed::validate)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
