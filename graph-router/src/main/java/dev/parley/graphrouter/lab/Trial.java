package dev.parley.graphrouter.lab;

import java.util.List;

/** All that is found out about one table. */
record Trial(
        OutcomeTable table,
        int splits,
        Judge.Verdict verdict,
        List<TaskBreakdown.Row> tasks,
        Chart chart,
        List<Inductive.Row> newcomers) {

    /** With what was found of models left out. */
    Trial with(List<Inductive.Row> rows) {
        return new Trial(table, splits, verdict, tasks, chart, rows);
    }

    /**
     * Mean curves over splits, at common costs. Arrays must not be changed.
     *
     * @param costs [places] USD per query
     * @param hull [places] quality
     * @param routers [entries][places] quality
     * @param singles one point a model
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Chart(double[] costs, double[] hull, double[][] routers, List<Curve.Point> singles) {}

    static Trial of(Arena arena, List<Arena.Entry> entries) {
        Judge judge = new Judge(arena.table(), arena.splits(), entries);
        return new Trial(
                arena.table(),
                arena.splits().size(),
                judge.verdict(),
                TaskBreakdown.of(arena, judge, entries),
                chart(arena, judge, entries),
                List.of());
    }

    private static Chart chart(Arena arena, Judge judge, List<Arena.Entry> entries) {
        int places = 80;
        double[] ones = new double[arena.table().size()];
        java.util.Arrays.fill(ones, 1);
        List<Split> splits = arena.splits();
        double[][] quality = new double[arena.table().models().size()][2];
        for (Split split : splits) {
            List<Curve.Point> points = judge.singles(split, ones);
            for (int m = 0; m < quality.length; m++) {
                quality[m][0] += points.get(m).cost() / splits.size();
                quality[m][1] += points.get(m).quality() / splits.size();
            }
        }
        List<Curve.Point> singles = java.util.Arrays.stream(quality)
                .map(p -> new Curve.Point(p[0], p[1]))
                .toList();
        double least = singles.stream().mapToDouble(Curve.Point::cost).min().orElseThrow();
        double most = singles.stream().mapToDouble(Curve.Point::cost).max().orElseThrow();
        double[] costs = new double[places];
        java.util.Arrays.setAll(costs, i -> least * Math.pow(most / least, i / (places - 1.0)));
        double[] hull = new double[places];
        double[][] routers = new double[entries.size()][places];
        for (int s = 0; s < splits.size(); s++) {
            List<Curve.Point> points = judge.singles(splits.get(s), ones);
            Curve mix = Curve.hull(points);
            add(mix, costs, hull, splits.size());
            for (int e = 0; e < routers.length; e++) {
                add(
                        entries.get(e).replays.get(s).curve(ones, Judge.cheapest(points)),
                        costs,
                        routers[e],
                        splits.size());
            }
        }
        return new Chart(costs, hull, routers, singles);
    }

    private static void add(Curve curve, double[] costs, double[] to, int of) {
        for (int i = 0; i < costs.length; i++) {
            to[i] += curve.at(costs[i]) / of;
        }
    }
}
