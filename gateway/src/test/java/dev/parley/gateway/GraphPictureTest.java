package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ModelId;
import dev.parley.gateway.admin.Fleet;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.head.Newcomer;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphPictureTest {
    private static final RoutingGraph SHIPPED = GraphPlanner.open("").graph();

    private static Newcomer newcomer(String model, int probes) {
        int weights = Newcomer.count(
                SHIPPED.models().size(),
                SHIPPED.tasks().size(),
                SHIPPED.anchors().dimension());
        return new Newcomer(model, probes, new float[weights], 1, 1);
    }

    private static Fleet.Node node(Fleet.Picture picture, String model) {
        return picture.nodes().stream()
                .filter(node -> node.id().equals("model:" + model))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoJoinedIsToldFromTheGraphsOwnModels() {
        Fleet.Picture picture = GraphPicture.of(SHIPPED.with(List.of(newcomer("late", 10), newcomer("probed", 100))));
        assertThat(picture.nodes())
                .filteredOn(node -> node.kind().equals("model"))
                .hasSize(SHIPPED.models().size() + 2);
        SHIPPED.models().forEach(own -> assertThat(node(picture, own).joined()).isEmpty());
        Fleet.Joined late = node(picture, "late").joined().orElseThrow();
        Fleet.Joined probed = node(picture, "probed").joined().orElseThrow();
        assertThat(late.probes()).isEqualTo(10);
        assertThat(probed.probes()).isEqualTo(100);
        assertThat(late.uncertainty()).isBetween(probed.uncertainty(), 0.5);
        assertThat(probed.uncertainty()).isGreaterThan(0.05).isLessThan(late.uncertainty());
        assertThat(picture.edges()).noneMatch(edge -> edge.to().equals("model:late"));
    }

    /** A twin of one of the graph's models, as its weights have it: mean and difference of that model's log-odds. */
    private static Newcomer twin(String like) {
        Newcomer flat = newcomer("twin", 50);
        float[] weights = flat.weights().clone();
        weights[1] = 1;
        weights[2 + SHIPPED.models().indexOf(like)] = 1;
        return new Newcomer("twin", 50, weights, 1, 1);
    }

    @Test
    void whatIsForetoldOfWhoJoinedIsLikeWhatWasSeenOfItsTwin() {
        RoutingGraph graph = SHIPPED.with(List.of(twin("parley-math")));
        Fleet.Calibration seen =
                GraphPicture.calibration(graph, new ModelId("parley-math")).orElseThrow();
        Fleet.Calibration foretold =
                GraphPicture.calibration(graph, new ModelId("twin")).orElseThrow();
        assertThat(seen.foretold()).isFalse();
        assertThat(foretold.foretold()).isTrue();
        assertThat(foretold.outcomes()).isEqualTo(50);
        assertThat(foretold.quality()).isCloseTo(seen.quality(), within(0.05));
        assertThat(foretold.qualityByTask()).hasSameSizeAs(seen.qualityByTask());
        seen.qualityByTask()
                .forEach((task, quality) ->
                        assertThat(foretold.qualityByTask().get(task)).as(task).isCloseTo(quality, within(0.15)));
        assertThat(GraphPicture.calibration(graph, new ModelId("stranger"))).isEmpty();
    }
}
