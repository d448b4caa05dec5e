package dev.parley.moe.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.study.Locality.Sizes;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalityTest {
    private static final Sizes SIZES = new Sizes(1, 4);

    private static GateTrace trace(int[]... tokens) {
        return GateTrace.of(new int[][][] {tokens});
    }

    @Test
    void tokensThatAgreeNeedOneGroupAndASmallCache() {
        GateTrace steady =
                trace(new int[] {0, 3}, new int[] {3, 0}, new int[] {0, 3}, new int[] {0, 3}, new int[] {1, 2});
        Locality seen = Locality.of(List.of(steady), SIZES, 4, 2);
        assertThat(seen).isEqualTo(new Locality(4, 1, 1, 1));
        assertThat(Locality.of(List.of(steady), SIZES, 4, 1).sch()).isEqualTo(0.5);
        assertThat(Locality.of(List.of(steady), SIZES, 6, 1).segments()).isZero();
    }

    /** Counts 2, 1, 1 of 4 choices by 2 tokens: groups of 1, 2, 3 have F1 2*2/(4+2), 2*3/(4+4), 2*4/(4+6). */
    @Test
    void tokensThatDifferNeedMore() {
        Locality seen = Locality.of(List.of(trace(new int[] {0, 1}, new int[] {0, 2})), SIZES, 2, 2);
        assertThat(seen.srp()).isCloseTo(0.8, within(1e-12));
        assertThat(seen.sch()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void chanceHasAsManyChoices() {
        int[][] tokens = new int[4000][];
        java.util.Arrays.fill(tokens, new int[] {1, 2});
        Locality chance = Locality.byChance(List.of(trace(tokens)), SIZES, 1, 2);
        assertThat(chance.sch())
                .as("one token, two distinct experts, two cached")
                .isEqualTo(1);
        Locality four = Locality.byChance(List.of(trace(tokens)), SIZES, 4, 2);
        assertThat(four.sch()).isBetween(0.6, 0.8);
        assertThat(four.segments()).isEqualTo(1000);
    }
}
