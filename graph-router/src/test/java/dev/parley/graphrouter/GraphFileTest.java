package dev.parley.graphrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphFileTest {
    @TempDir
    Path directory;

    private final byte[] file = GraphFile.write(Fixtures.graph(7, 0.75f));

    @Test
    void whatIsWrittenIsRead() throws java.io.IOException {
        RoutingGraph graph = GraphFile.read(file, "test");
        assertThat(graph.tasks()).containsExactly("math", "facts");
        assertThat(graph.models()).containsExactly("adder", "sage");
        assertThat(graph.anchorModels().n()).containsExactly(7, 7, 7, 7);
        assertThat(graph.anchorModels().quality()).containsExactly(0.75f, 0, 0, 0.75f);
        assertThat(graph.anchors().embeddings()[0]).isCloseTo(1, within(0.01f));
        assertThat(graph.lexicon().shares("56+78")[0]).isGreaterThan(0.8);
        assertThat(graph.id()).hasSize(12);
        Path path = Files.write(directory.resolve("graph.json"), file);
        assertThat(GraphPlanner.open(path.toString()).graph().id()).isEqualTo(graph.id());
    }

    @Test
    void heldOutOutcomesAreKept() {
        HeldOut held = new HeldOut(
                2,
                new float[] {12},
                new float[] {0.5f, 0.25f},
                new float[] {30, 40},
                new float[] {1, Float.NaN},
                new float[] {20, Float.NaN},
                new float[] {0.125f, Float.NaN});
        Recalibration recalibration = new Recalibration(
                List.of(Curve.NONE, Curve.NONE), List.of(Curve.NONE, Curve.NONE), Curve.NONE, Curve.NONE, held);
        HeldOut read = GraphFile.read(GraphFile.write(Fixtures.graph().recalibrated(recalibration)), "held")
                .recalibration()
                .heldOut();
        assertThat(read.models()).isEqualTo(2);
        assertThat(read.inputTokens()).containsExactly(12);
        assertThat(read.quality()).containsExactly(0.5f, 0.25f);
        assertThat(read.outputTokens()).containsExactly(30, 40);
        assertThat(read.score()).containsExactly(1, Float.NaN);
        assertThat(read.usedTokens()).containsExactly(20, Float.NaN);
        assertThat(read.doubt()).containsExactly(0.125f, Float.NaN);
        assertThat(read.known(0, 0)).isTrue();
        assertThat(read.known(0, 1)).isFalse();
    }

    /** The shipped graphs of earlier versions had no doubts. */
    @Test
    void anOlderFileHasNoDoubts() throws java.io.IOException {
        float[] some = {1, 0};
        HeldOut held = new HeldOut(2, new float[] {12}, some, some, some, some, some);
        Recalibration recalibration = new Recalibration(
                List.of(Curve.NONE, Curve.NONE), List.of(Curve.NONE, Curve.NONE), Curve.NONE, Curve.NONE, held);
        ObjectMapper json = new ObjectMapper();
        ObjectNode older =
                (ObjectNode) json.readTree(GraphFile.write(Fixtures.graph().recalibrated(recalibration)));
        ((ObjectNode) older.path("recalibration").path("held_out")).remove("doubt");
        older.put("version", 5).put("id", GraphFile.digest(older));
        HeldOut read = GraphFile.read(json.writeValueAsBytes(older), "older")
                .recalibration()
                .heldOut();
        assertThat(read.score()).containsExactly(some);
        assertThat(read.doubt()).containsExactly(Float.NaN, Float.NaN);
    }

    @Test
    void theIdFollowsTheContent() {
        assertThat(GraphFile.read(GraphFile.write(Fixtures.graph(7, 0.75f)), "again")
                        .id())
                .isEqualTo(GraphFile.read(file, "first").id())
                .isNotEqualTo(GraphFile.read(GraphFile.write(Fixtures.graph(8, 0.75f)), "other")
                        .id());
    }

    @Test
    void anAlteredFileIsRefused() {
        String text = new String(file, StandardCharsets.UTF_8);
        refused(text.replace("\"adder\"", "\"subtracter\""), "damaged or edited");
        refused(text.replace("\"version\":7", "\"version\":1"), "version 7 expected");
        refused(text.substring(0, text.length() / 2), "not valid");
        refused("[]", "not a JSON object");
        refused("{}", "format");
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> GraphFile.read(text.getBytes(StandardCharsets.UTF_8), "there.json"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there.json")
                .hasMessageContaining(why)
                .hasMessageContaining("parley calibrate");
    }

    @Test
    void impossibleStatisticsAreRefused() {
        assertThatThrownBy(() -> Fixtures.graph(-1, 1)).hasMessageContaining(">= 0");
        assertThatThrownBy(() -> Fixtures.graph(1, 1.5f)).hasMessageContaining("0..1");
        assertThatThrownBy(() -> Fixtures.graph(Float.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
