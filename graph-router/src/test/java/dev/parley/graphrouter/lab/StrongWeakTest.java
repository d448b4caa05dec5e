package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrongWeakTest {
    /** The strong model is always right, the weak one with the chance that is predicted; it costs a tenth. */
    private static StrongWeak replayed(int queries, int strong) {
        SplittableRandom random = new SplittableRandom(1);
        double[][] score = new double[queries][];
        double[][] cost = new double[queries][];
        double[][][] expected = new double[queries][][];
        for (int q = 0; q < queries; q++) {
            double chance = random.nextDouble();
            score[q] = new double[] {random.nextDouble() < chance ? 1 : 0, 1};
            cost[q] = new double[] {0.1, 1};
            expected[q] = new double[][] {{chance, 1}, cost[q]};
        }
        List<String> texts = IntStream.range(0, queries).mapToObj(q -> "q" + q).toList();
        OutcomeTable table = new OutcomeTable(
                "pair", List.of("weak", "strong"), Collections.nCopies(queries, "t"), texts, score, cost);
        StrongWeak pair = new StrongWeak();
        pair.add(table, IntStream.range(0, queries).toArray(), expected, new StrongWeak.Pair(strong, 0), 7);
        return pair;
    }

    /** Sending all with a loss below t to the weak model loses t^2 / 2 and costs 1 - 0.9 t. */
    @Test
    void whatIsToleratedBuysWhatItShould() {
        StrongWeak pair = replayed(8000, 1);
        for (int a = 1; a < StrongWeak.TOLERATED.length; a++) {
            double tolerated = StrongWeak.TOLERATED[a];
            assertThat(pair.lost(a)).isBetween(0.8 * tolerated, 1.1 * tolerated);
            assertThat(pair.quality(a)).isCloseTo(1 - pair.lost(a), within(1e-9));
            assertThat(pair.threshold(a)).isCloseTo(Math.sqrt(2 * tolerated), within(0.03));
            assertThat(pair.saved(a)).isCloseTo(0.9 * Math.sqrt(2 * tolerated), within(0.03));
            assertThat(pair.share(a)).isCloseTo(pair.saved(a) / 0.9, within(1e-9));
        }
    }

    @Test
    void oneModelIsNoChoiceAndFewQueriesPromiseNothing() {
        assertThat(replayed(100, 0).any()).isFalse();
        assertThat(replayed(20, 1).share(0)).as("1 % needs 99 queries").isZero();
    }
}
