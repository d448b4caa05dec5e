package dev.parley.graphrouter.routers;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The models to keep within a budget so that the best of them for each category does best: maximises sum_t w_t max_{m in S} q[t][m]
 * with the sizes of S within the budget. Branch and bound; exact up to {@link #MOST_NODES} nodes, else the best found. Not thread-safe.
 * Source: the category map of Composition of Experts (Samba-CoE, Jain et al. 2024); the bound adds the gains of single models until the
 * budget is used up, which never falls short because the objective is submodular (Nemhauser et al. 1978).
 */
final class ExpertSet {
    private static final int MOST_NODES = 100_000;

    private final double[] weight; // [categories]
    private final double[][] quality; // [categories][models]
    private final double[] size; // [models]
    private final int[] order; // models, the one with most to give first
    private boolean[] best;
    private double most = Double.NEGATIVE_INFINITY;
    private int nodes;

    private ExpertSet(double[] weight, double[][] quality, double[] size) {
        this.weight = weight;
        this.quality = quality;
        this.size = size;
        this.best = new boolean[size.length];
        double[] nothing = new double[weight.length];
        this.order = IntStream.range(0, size.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer m) -> -gain(m, nothing)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Which models are kept, [models]; all false if none fits.
     *
     * @param weight [categories] at least 0
     * @param quality [categories][models] at least 0
     * @param size [models] above 0
     */
    static boolean[] within(double budget, double[] weight, double[][] quality, double[] size) {
        ExpertSet search = new ExpertSet(weight, quality, size);
        search.visit(0, budget, new boolean[size.length], new double[weight.length]);
        return search.best;
    }

    /** @param reached [categories] the best quality of the models kept so far */
    private void visit(int depth, double left, boolean[] kept, double[] reached) {
        double value = 0;
        for (int t = 0; t < weight.length; t++) {
            value += weight[t] * reached[t];
        }
        if (value > most + 1e-12) {
            most = value;
            best = kept.clone();
        }
        if (depth == order.length || nodes++ > MOST_NODES || value + bound(depth, left, reached) <= most + 1e-12) {
            return;
        }
        int model = order[depth];
        if (size[model] <= left && gain(model, reached) > 0) {
            kept[model] = true;
            double[] raised = reached.clone();
            for (int t = 0; t < raised.length; t++) {
                raised[t] = Math.max(raised[t], quality[t][model]);
            }
            visit(depth + 1, left - size[model], kept, raised);
            kept[model] = false;
        }
        visit(depth + 1, left, kept, reached);
    }

    /** What a model adds to those kept. */
    private double gain(int model, double[] reached) {
        double gain = 0;
        for (int t = 0; t < weight.length; t++) {
            gain += weight[t] * Math.max(0, quality[t][model] - reached[t]);
        }
        return gain;
    }

    /** What the undecided models may add at most: by gain for its size, the last one in part. */
    private double bound(int depth, double left, double[] reached) {
        double[][] gains = Arrays.stream(order, depth, order.length)
                .filter(m -> size[m] <= left)
                .mapToObj(m -> new double[] {gain(m, reached), size[m]})
                .sorted(Comparator.comparingDouble(g -> -g[0] / g[1]))
                .toArray(double[][]::new);
        double sum = 0;
        double room = left;
        for (double[] gain : gains) {
            double part = Math.min(1, room / gain[1]);
            sum += part * gain[0];
            room -= part * gain[1];
        }
        return sum;
    }
}
