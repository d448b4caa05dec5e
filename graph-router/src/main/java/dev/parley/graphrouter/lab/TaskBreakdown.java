package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Quality by task, of the best single model and of each router at about that model's cost. */
final class TaskBreakdown {
    private static final int MOST = 18; // tasks shown, the largest

    private TaskBreakdown() {}

    /** @param routers quality of each entry, [entries] */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(String task, int queries, double best, double[] routers) {}

    private static final class Sums {
        int n;
        double best;
        final double[] routers;

        Sums(int entries) {
            routers = new double[entries];
        }
    }

    static List<Row> of(Arena arena, Judge judge, List<Arena.Entry> entries) {
        Map<String, Sums> byTask = new LinkedHashMap<>();
        for (int s = 0; s < arena.splits().size(); s++) {
            add(arena, judge, s, entries, byTask);
        }
        List<Row> rows = new ArrayList<>();
        byTask.forEach((task, sums) -> rows.add(new Row(
                task,
                sums.n,
                sums.best / sums.n,
                Arrays.stream(sums.routers).map(r -> r / sums.n).toArray())));
        rows.sort(Comparator.comparingInt(Row::queries).reversed());
        return List.copyOf(rows.subList(0, Math.min(MOST, rows.size())));
    }

    private static void add(Arena arena, Judge judge, int s, List<Arena.Entry> entries, Map<String, Sums> byTask) {
        OutcomeTable table = arena.table();
        Split split = arena.splits().get(s);
        double[] ones = new double[table.size()];
        Arrays.fill(ones, 1);
        int best = judge.best(split);
        double budget = judge.single(split, best, ones).cost();
        int[] weights = entries.stream()
                .mapToInt(entry -> affordable(entry.replays.get(s), budget, ones))
                .toArray();
        for (int i = 0; i < split.test().length; i++) {
            int q = split.test()[i];
            if (!table.known(q, best)) {
                continue;
            }
            Sums sums = byTask.computeIfAbsent(table.tasks().get(q), t -> new Sums(entries.size()));
            sums.n++;
            sums.best += table.score()[q][best];
            for (int e = 0; e < weights.length; e++) {
                sums.routers[e] += entries.get(e).replays.get(s).score()[weights[e]][i];
            }
        }
    }

    /** The least cost weight whose choices cost no more than that; the greatest if none does. */
    private static int affordable(Replayed replayed, double budget, double[] ones) {
        for (int w = 0; w < Replayed.WEIGHTS.length; w++) {
            if (replayed.point(w, ones).cost() <= budget) {
                return w;
            }
        }
        return Replayed.WEIGHTS.length - 1;
    }
}
