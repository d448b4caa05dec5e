package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.EdgeStats;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.Map;

/**
 * First the category, then its expert: a query's task is told (declared, or by the graph), and models are judged by their means on
 * that task; if no task is likely enough, by all tasks as likely as they are. Models beyond the best set within the budget, and those
 * without outcomes, have quality 0. Thread-safe. Source: Composition of Experts (Samba-CoE, Jain et al. 2024).
 */
final class Categories implements Router {
    private final String name;
    private final GraphPlanner graph;
    private final double confidence;
    private final List<String> tasks;
    private final Map<ModelId, Integer> models;
    private final double[][] quality; // [tasks][models], 0 for models beyond the set

    /** @param candidates among which the set is chosen */
    Categories(RouterSpec.Categories spec, GraphPlanner planner, List<ModelId> candidates) {
        RoutingGraph known = planner.graph();
        this.name = spec.id();
        this.graph = planner;
        this.confidence = spec.confidence();
        this.tasks = known.tasks();
        this.models = Overlay.positions(known.models());
        this.quality = AnchorMeans.byTask(known);
        double[] size = new double[known.models().size()];
        for (int m = 0; m < size.length; m++) {
            ModelId id = new ModelId(known.models().get(m));
            size[m] = candidates.contains(id) ? spec.sizes().getOrDefault(id, 1.0) : Double.POSITIVE_INFINITY;
        }
        boolean[] kept = ExpertSet.within(spec.budget(), outcomes(known.taskModels()), quality, size);
        for (double[] row : quality) {
            for (int m = 0; m < row.length; m++) {
                row[m] = kept[m] || spec.budget() >= sum(size) ? row[m] : 0;
            }
        }
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Double.isInfinite(value) ? 0 : value;
        }
        return sum;
    }

    /** How often each task was asked, [tasks]. */
    private static double[] outcomes(EdgeStats edges) {
        double[] outcomes = new double[edges.from()];
        for (int t = 0; t < outcomes.length; t++) {
            for (int m = 0; m < edges.to(); m++) {
                outcomes[t] = Math.max(outcomes[t], edges.n()[t * edges.to() + m]);
            }
        }
        return outcomes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        GraphPlanner.Told told = graph.told(query, features, candidates);
        Forecast below = told.forecast();
        double[] shares = told.tasks();
        int likeliest = 0;
        double all = 0;
        for (int t = 0; t < shares.length; t++) {
            likeliest = shares[t] > shares[likeliest] ? t : likeliest;
            all += shares[t];
        }
        if (all == 0) {
            return below;
        }
        boolean sure = shares[likeliest] >= confidence;
        double[] expected = sure ? quality[likeliest] : mixed(shares);
        double[] own = new double[candidates.size()];
        for (int i = 0; i < own.length; i++) {
            Integer model = models.get(candidates.get(i).id());
            own[i] = model == null ? 0 : expected[model];
        }
        String evidence = sure ? "mean on '" + tasks.get(likeliest) + "'" : "mean over the likely tasks";
        return Overlay.qualities(name, below.tier(), below, own, evidence);
    }

    private double[] mixed(double[] shares) {
        double[] mixed = new double[quality[0].length];
        for (int t = 0; t < shares.length; t++) {
            for (int m = 0; m < mixed.length; m++) {
                mixed[m] += shares[t] * quality[t][m];
            }
        }
        return mixed;
    }
}
