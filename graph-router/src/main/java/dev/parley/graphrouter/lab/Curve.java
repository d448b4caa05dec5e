package dev.parley.graphrouter.lab;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Quality against cost of one router over its cost weights: linear between neighbours, as mixing two weights would reach; level
 * beyond the ends. No best-of is taken on the judged queries. Immutable.
 */
final class Curve {
    /** Cost in USD per query, quality 0..1. */
    record Point(double cost, double quality) {}

    private final double[] cost;
    private final double[] quality;

    Curve(List<Point> points) {
        List<Point> sorted = points.stream()
                .sorted(Comparator.comparingDouble(Point::cost).thenComparingDouble(Point::quality))
                .toList();
        cost = sorted.stream().mapToDouble(Point::cost).toArray();
        quality = sorted.stream().mapToDouble(Point::quality).toArray();
    }

    double at(double wanted) {
        int found = Arrays.binarySearch(cost, wanted);
        if (found >= 0) {
            return quality[found];
        }
        int right = -found - 1;
        if (right == 0 || right == cost.length) {
            return quality[right == 0 ? 0 : right - 1];
        }
        double share = (wanted - cost[right - 1]) / (cost[right] - cost[right - 1]);
        return quality[right - 1] + share * (quality[right] - quality[right - 1]);
    }

    /** Mean height over log cost, at that many places. Source: RouterBench's AIQ (Hu et al. 2024), on a logarithmic axis. */
    double meanHeight(double from, double to, int places) {
        double sum = 0;
        for (int i = 0; i < places; i++) {
            sum += at(from * Math.pow(to / from, i / (places - 1.0)));
        }
        return sum / places;
    }

    /** Least cost at which that quality is reached; infinite if never. */
    double costOf(double wanted) {
        for (int i = 0; i < cost.length; i++) {
            if (quality[i] >= wanted) {
                double rise = i == 0 ? 0 : quality[i] - quality[i - 1];
                return i == 0 || rise <= 0 ? cost[i] : cost[i] - (quality[i] - wanted) / rise * (cost[i] - cost[i - 1]);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** The upper convex hull of points, never falling: what mixing them at random reaches. */
    static Curve hull(List<Point> points) {
        List<Point> sorted = points.stream()
                .sorted(Comparator.comparingDouble(Point::cost)
                        .thenComparing(
                                Comparator.comparingDouble(Point::quality).reversed()))
                .toList();
        List<Point> hull = new java.util.ArrayList<>();
        for (Point p : sorted) {
            if (!hull.isEmpty() && p.quality() <= hull.getLast().quality()) {
                continue;
            }
            while (hull.size() > 1 && !above(hull.get(hull.size() - 2), hull.getLast(), p)) {
                hull.removeLast();
            }
            hull.add(p);
        }
        return new Curve(hull);
    }

    private static boolean above(Point a, Point b, Point c) {
        return (b.quality() - a.quality()) * (c.cost() - a.cost())
                > (c.quality() - a.quality()) * (b.cost() - a.cost());
    }
}
