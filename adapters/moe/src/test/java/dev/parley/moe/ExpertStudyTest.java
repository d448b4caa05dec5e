package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.remix.GateReferences;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the shipped weights. */
class ExpertStudyTest {
    private static ExpertStudy study;

    @BeforeAll
    static void read() {
        study = ExpertStudy.of("", "parley-facts", Grading::right, Kernels.scalar());
        study.add("capital", "What is the capital of Peru?", "Lima");
        study.add("capital", "What is the capital of France?", "Paris");
        study.add("symbol", "What is the chemical symbol of iron?", "Fe");
    }

    private static List<List<Integer>> layers(Map<String, ExpertRules.ExpertSet> sets, String task) {
        return Objects.requireNonNull(sets.get(task)).layers();
    }

    @Test
    void setsGrowWithTheShareAndHoldIt() {
        Map<String, ExpertRules.ExpertSet> most = study.sets(0.95);
        Map<String, ExpertRules.ExpertSet> half = study.sets(0.5);
        assertThat(most).containsOnlyKeys("all", "capital", "symbol");
        for (String task : most.keySet()) {
            for (int layer = 0; layer < 4; layer++) {
                List<Integer> few = layers(half, task).get(layer);
                assertThat(layers(most, task).get(layer)).containsAll(few).hasSizeGreaterThan(few.size());
                assertThat(few.size()).isBetween(1, 4);
            }
        }
        assertThat(layers(study.sets(1), "all"))
                .as("all that was ever used")
                .allSatisfy(layer -> assertThat(layer).hasSizeBetween(5, 8));
    }

    @Test
    void theFileIsReadBack() {
        ModelShape shape =
                Objects.requireNonNull(ModelStore.shipped().get("parley-facts")).shape();
        Calibration read = ExpertSets.parse("f", study.file(0.8), shape);
        assertThat(read.sets()).isEqualTo(study.sets(0.8));
        GateReferences references = read.references().orElseThrow();
        assertThat(references.layers()).containsExactlyInAnyOrder(2, 3);
        assertThat(references.count(3, shape.experts()))
                .as("of the last layer, where only tokens count that decide on an answer")
                .isEqualTo("Lima.Paris.Fe.".length())
                .isLessThan(references.count(2, shape.experts()));
    }

    @Test
    void theReportTellsSetsAndLocality() {
        assertThat(study.report(0.9))
                .startsWith("parley-facts: 3 questions, ")
                .containsPattern("\n  capital +\\d \\d \\d \\d\n")
                .containsPattern("segments of  4 tokens: SRP 0\\.\\d{3} \\[0\\.\\d{3}]; a cache of 2 experts a layer");
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ExpertStudy.of("", "nope", Grading::right))
                .withMessageContaining("There is no model nope; there are parley-");
    }
}
