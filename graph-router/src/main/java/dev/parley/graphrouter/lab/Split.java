package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A table cut in two: 70 % of the distinct texts to learn from, the others to be judged on. No text is on both sides. Arrays must
 * not be changed.
 */
@SuppressWarnings("ArrayRecordComponent")
record Split(int seed, int[] train, int[] test) {
    private static final double TRAINING = 0.7;
    private static final int FEWEST = 20; // queries, below which splits may be empty

    static List<Split> of(OutcomeTable table, int seeds) {
        List<Split> splits = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            List<String> texts = new ArrayList<>(new LinkedHashSet<>(table.queries()));
            Collections.shuffle(texts, new Random(1000 + seed));
            Set<String> learnt = new HashSet<>(texts.subList(0, (int) (TRAINING * texts.size())));
            splits.add(new Split(
                    seed,
                    IntStream.range(0, table.size())
                            .filter(q -> learnt.contains(table.queries().get(q)))
                            .toArray(),
                    IntStream.range(0, table.size())
                            .filter(q -> !learnt.contains(table.queries().get(q)) && judgeable(table, q))
                            .toArray()));
        }
        return splits;
    }

    /** Whether a router could be told from another: else no query has two answers, as in a log of prompts that never came twice. */
    static boolean judgeable(OutcomeTable table) {
        return IntStream.range(0, table.size()).filter(q -> judgeable(table, q)).count() >= FEWEST;
    }

    /** A query that only one model answered leaves nothing to choose. */
    private static boolean judgeable(OutcomeTable table, int query) {
        return IntStream.range(0, table.models().size())
                        .filter(m -> table.known(query, m))
                        .count()
                > 1;
    }
}
