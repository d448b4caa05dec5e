package dev.parley.moe.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Assertions;

/** The queue against the definition: again and again, merge the leftmost pair of the least rank. */
class BytePairsPropertyTest {

    private static List<Integer> slowly(Map<Long, Integer> ranks, int[] products, int[] symbols) {
        List<Integer> ids = new ArrayList<>(Arrays.stream(symbols).boxed().toList());
        while (true) {
            int best = -1;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < ids.size(); i++) {
                Integer r = ranks.get(BytePairs.pair(ids.get(i), ids.get(i + 1)));
                if (r != null && r < rank) {
                    rank = r;
                    best = i;
                }
            }
            if (best < 0) {
                return ids;
            }
            ids.set(best, products[rank]);
            ids.subList(best + 1, best + 2).clear();
        }
    }

    @Property(tries = 500)
    void mergesAsDefined(
            @ForAll @Size(max = 12) List<@Size(2) List<@IntRange(min = 0, max = 8) Integer>> pairs,
            @ForAll @Size(max = 24) List<@IntRange(min = 0, max = 3) Integer> text) {
        Map<Long, Integer> ranks = new HashMap<>();
        int[] products = new int[pairs.size()];
        for (int i = 0; i < products.length; i++) {
            ranks.putIfAbsent(BytePairs.pair(pairs.get(i).get(0), pairs.get(i).get(1)), i);
            products[i] = 4 + i;
        }
        int[] symbols = text.stream().mapToInt(Integer::intValue).toArray();
        int[] merged = new BytePairs(ranks, products).merge(symbols);
        assertThat(Arrays.stream(merged).boxed().toList()).isEqualTo(slowly(ranks, products, symbols));
    }

    @Example
    void anEndlessWordIsNotSlow() {
        BytePairs pairs = new BytePairs(Map.of(BytePairs.pair(0, 0), 0, BytePairs.pair(1, 1), 1), new int[] {1, 2});
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(pairs.merge(new int[80_000])).hasSize(20_000));
    }
}
