package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Twenty seconds of {@link Soak}; {@code make soak-moe} takes longer. */
class SoakIT {
    /** What free pages, the JIT and statistics may take more after two seconds; a leak of every answer's state is several times that. */
    private static final long GROWTH = 8_000_000;

    @Test
    void nothingLeaksOrMixes() throws Exception {
        Soak.Report report = Soak.run(new Soak.Settings(20, 8, 60, 5));
        assertThat(report.faults()).isEmpty();
        assertThat(report.together()).isEqualTo(8);
        assertThat(report.whole()).isGreaterThan(20);
        assertThat(report.cancelled()).isGreaterThan(5);
        assertThat(report.growth()).isLessThan(GROWTH);
        assertThat(report.cacheBytes()).isPositive().isLessThanOrEqualTo(SoakCases.budget());
    }
}
