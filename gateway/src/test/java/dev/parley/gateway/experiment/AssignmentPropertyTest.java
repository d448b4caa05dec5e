package dev.parley.gateway.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ExperimentSpec;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.StringLength;

class AssignmentPropertyTest {
    private static final int UNITS = 4_000;

    @Property(tries = 60)
    void sharesFollowCoverageAndWeights(
            @ForAll @AlphaChars @StringLength(min = 1, max = 12) String seed,
            @ForAll @DoubleRange(min = 0, max = 1) double coverage,
            @ForAll @DoubleRange(min = 0, max = 1) double control) {
        ExperimentSpec experiment = AssignmentTest.experiment(seed, coverage, control);
        int inControl = 0;
        int inTreatment = 0;
        for (int i = 0; i < UNITS; i++) {
            Optional<ExperimentSpec.Variant> variant = Assignment.assign(experiment, "session-" + i);
            inControl += variant.filter(v -> v.id().equals("control")).isPresent() ? 1 : 0;
            inTreatment += variant.filter(v -> v.id().equals("treatment")).isPresent() ? 1 : 0;
        }
        // Five standard deviations of a fair draw, and the hash's grain.
        double slack = 5 * Math.sqrt(0.25 / UNITS) + 1e-4;
        assertThat((double) inControl / UNITS).isCloseTo(coverage * control, within(slack));
        assertThat((double) inTreatment / UNITS).isCloseTo(coverage * (1 - control), within(slack));
    }

    @Property
    void wideningTheCoverageMovesNobody(
            @ForAll @AlphaChars @StringLength(min = 1) String unit,
            @ForAll @DoubleRange(min = 0, max = 1) double coverage) {
        Optional<ExperimentSpec.Variant> narrow =
                Assignment.assign(AssignmentTest.experiment("s", coverage, 0.3), unit);
        Optional<ExperimentSpec.Variant> wide = Assignment.assign(AssignmentTest.experiment("s", 1, 0.3), unit);
        assertThat(wide).isPresent();
        narrow.ifPresent(variant -> assertThat(wide).hasValue(variant));
    }
}
