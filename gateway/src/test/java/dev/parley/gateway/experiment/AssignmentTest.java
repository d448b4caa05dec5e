package dev.parley.gateway.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.ExperimentSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors from GrowthBook's cases.json ({@code hash} version 2, {@code getBucketRange}). */
class AssignmentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '\0',
            value = {
                "seed a 0.0505",
                "seed b 0.2696",
                "foo ab 0.2575",
                "foo def 0.2019",
                "89123klj 8952klfjas09ujkasdf 0.124",
                "90850943850283058242805 123 0.7516",
                "()**(%$##$%#$# ___)((*\":& 0.0128"
            })
    void hashesLikeGrowthBook(String seed, String value, double expected) {
        assertThat(BucketHash.of(seed, value)).isEqualTo(expected);
    }

    @Test
    void bucketRangesLikeGrowthBook() {
        assertRanges(Bucket.ranges(2, 1, List.of()), 0, 0.5, 0.5, 1);
        assertRanges(Bucket.ranges(2, 0.5, List.of()), 0, 0.25, 0.5, 0.75);
        assertRanges(Bucket.ranges(2, 0, List.of()), 0, 0, 0.5, 0.5);
        assertRanges(Bucket.ranges(2, 1, List.of(0.4, 0.6)), 0, 0.4, 0.4, 1);
        assertRanges(Bucket.ranges(3, 0.2, List.of(0.2, 0.3, 0.5)), 0, 0.04, 0.2, 0.26, 0.5, 0.6);
        assertRanges(Bucket.ranges(2, -0.2, List.of()), 0, 0, 0.5, 0.5);
        assertRanges(Bucket.ranges(2, 1.5, List.of()), 0, 0.5, 0.5, 1);
        assertRanges(Bucket.ranges(2, 1, List.of(0.4, 0.1)), 0, 0.5, 0.5, 1);
        assertRanges(Bucket.ranges(2, 1, List.of(0.7, 0.6)), 0, 0.5, 0.5, 1);
        assertRanges(Bucket.ranges(2, 1, List.of(0.4, 0.5999)), 0, 0.4, 0.4, 0.9999);
        assertRanges(Bucket.ranges(4, 1, List.of(0.4, 0.4, 0.2)), 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1);
    }

    private static void assertRanges(List<Bucket> ranges, double... bounds) {
        assertThat(ranges).hasSize(bounds.length / 2);
        for (int i = 0; i < ranges.size(); i++) {
            assertThat(ranges.get(i).from()).isCloseTo(bounds[2 * i], within(1e-12));
            assertThat(ranges.get(i).to()).isCloseTo(bounds[2 * i + 1], within(1e-12));
        }
    }

    @Test
    void aKnownUnitGoesToItsVariantAndAnUnnamedOneNowhere() {
        ExperimentSpec experiment = experiment("seed", 1, 0.1);
        assertThat(Assignment.assign(experiment, "a"))
                .hasValueSatisfying(v -> assertThat(v.id()).isEqualTo("control"));
        assertThat(Assignment.assign(experiment, "b"))
                .hasValueSatisfying(v -> assertThat(v.id()).isEqualTo("treatment"));
        assertThat(Assignment.assign(experiment, "")).isEmpty();
        assertThat(Assignment.assign(experiment("seed", 0, 0.1), "a")).isEmpty();
    }

    static ExperimentSpec experiment(String seed, double coverage, double control) {
        return new ExperimentSpec(
                "exp",
                seed,
                ExperimentSpec.Unit.SESSION,
                coverage,
                List.of(
                        new ExperimentSpec.Variant("control", control, "balanced"),
                        new ExperimentSpec.Variant("treatment", 1 - control, "cheap")));
    }
}
