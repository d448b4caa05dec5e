package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.RoutingGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a graph's outcomes say a model is for, in words: a description for those who wrote none. Pure. */
final class Strengths {
    private static final int BEST = 3; // tasks that are named
    private static final int WORST = 2;
    private static final double WORTH_NAMING = 0.03; // lead over the others' mean on a task, either way

    private Strengths() {}

    /** A task and how the model does there. */
    private record Standing(String task, double quality, double lead) {
        @Override
        public String toString() {
            return task + " (" + share(quality) + ")";
        }
    }

    /** Empty if the graph has no outcomes of the model. */
    static Optional<String> of(RoutingGraph graph, ModelId model) {
        int own = graph.models().indexOf(model.value());
        List<Standing> standings = own < 0 ? List.of() : standings(graph, own);
        if (standings.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("answers ");
        text.append(share(AnchorMeans.of(graph).overall()[own])).append(" of all questions well");
        name(text, "; better than the others at ", standings.subList(0, Math.min(BEST, standings.size())), 1);
        List<Standing> reversed = standings.reversed();
        name(text, "; worse at ", reversed.subList(0, Math.min(WORST, reversed.size())), -1);
        return Optional.of(text.toString());
    }

    private static void name(StringBuilder text, String words, List<Standing> of, int sign) {
        String named = of.stream()
                .filter(standing -> sign * standing.lead >= WORTH_NAMING)
                .map(Standing::toString)
                .collect(Collectors.joining(", "));
        if (!named.isEmpty()) {
            text.append(words).append(named);
        }
    }

    /** On the tasks on which the model has outcomes, its greatest lead over the others' mean first. */
    private static List<Standing> standings(RoutingGraph graph, int own) {
        double[][] quality = AnchorMeans.byTask(graph);
        List<Standing> standings = new ArrayList<>();
        for (int t = 0; t < quality.length; t++) {
            double[] means = quality[t];
            int row = t * means.length;
            if (graph.taskModels().n()[row + own] > 0) {
                double others = IntStream.range(0, means.length)
                        .filter(m -> m != own && graph.taskModels().n()[row + m] > 0)
                        .mapToDouble(m -> means[m])
                        .average()
                        .orElse(means[own]);
                standings.add(new Standing(graph.tasks().get(t), means[own], means[own] - others));
            }
        }
        standings.sort(Comparator.comparingDouble(Standing::lead).reversed().thenComparing(Standing::task));
        return standings;
    }

    private static String share(double quality) {
        return Math.round(100 * quality) + " %";
    }
}
