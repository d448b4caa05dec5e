package dev.parley.graphrouter.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The upper hull of points (cost, quality): what mixing them at random reaches. Quality never falls with cost. Immutable. */
final class Frontier {
    /** Cost in USD per query, quality 0..1. */
    record Point(double cost, double quality) {}

    private final List<Point> hull = new ArrayList<>();

    Frontier(List<Point> points) {
        List<Point> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparingDouble(Point::cost).thenComparing(Point::quality, Comparator.reverseOrder()));
        for (Point p : sorted) {
            if (!hull.isEmpty() && p.quality() <= hull.getLast().quality()) {
                continue;
            }
            while (hull.size() > 1 && !above(hull.get(hull.size() - 2), hull.getLast(), p)) {
                hull.removeLast();
            }
            hull.add(p);
        }
    }

    private static boolean above(Point a, Point b, Point c) {
        return (b.quality() - a.quality()) * (c.cost() - a.cost())
                > (c.quality() - a.quality()) * (b.cost() - a.cost());
    }

    /** Best expected quality for at most that cost per query; 0 below the cheapest point. */
    double at(double cost) {
        if (cost < hull.getFirst().cost()) {
            return 0;
        }
        for (int i = 1; i < hull.size(); i++) {
            Point a = hull.get(i - 1);
            Point b = hull.get(i);
            if (cost < b.cost()) {
                return a.quality() + (b.quality() - a.quality()) * (cost - a.cost()) / (b.cost() - a.cost());
            }
        }
        return hull.getLast().quality();
    }

    /** Mean height over that of another hull, over log cost. */
    double meanOver(Frontier other, double fromCost, double toCost) {
        int steps = 200;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double cost = fromCost * Math.pow(toCost / fromCost, i / (double) steps);
            sum += Math.max(at(cost), other.at(cost)) - other.at(cost); // a router may always fall back to the mix
        }
        return sum / (steps + 1);
    }
}
