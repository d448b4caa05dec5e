package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.graphrouter.Planner.Wish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns a ranking into a plan. Pure. */
final class PlanShape {
    private static final int FALLBACKS = 2;

    private PlanShape() {}

    /** The best, then the next best, the first of them from another backend if there is one: a backend fails as a whole. */
    static Plan.Single single(List<ModelSpec> ranked) {
        ModelSpec best = ranked.getFirst();
        List<ModelId> fallbacks = new ArrayList<>(FALLBACKS);
        for (int i = 1; i < ranked.size() && fallbacks.isEmpty(); i++) {
            if (!ranked.get(i).backend().equals(best.backend())) {
                fallbacks.add(ranked.get(i).id());
            }
        }
        for (int i = 1; i < ranked.size() && fallbacks.size() < FALLBACKS; i++) {
            ModelId next = ranked.get(i).id();
            if (!fallbacks.contains(next)) {
                fallbacks.add(next);
            }
        }
        return new Plan.Single(best.id(), fallbacks);
    }

    /**
     * From cheap to strong along the front on which more money buys more predicted quality: its strongest model last, before it
     * those the policy likes best. A policy with a risk has its two models, for it is about them that the risk is known. Source: FrugalGPT
     * (Chen et al. 2023).
     *
     * @param confidence from which an answer is kept
     */
    static Plan.Cascade cascade(List<Prediction> ranked, Wish wish, double confidence) {
        List<ModelId> able = ranked.stream().map(Prediction::model).toList();
        if (wish.policy() instanceof PolicySpec.Threshold two
                && two.bar() instanceof PolicySpec.Risk
                && able.contains(two.strong())) {
            boolean both = confidence <= 1 && able.contains(two.weak());
            return new Plan.Cascade(both ? List.of(two.weak(), two.strong()) : List.of(two.strong()), confidence);
        }
        return new Plan.Cascade(climbed(ranked, wish), confidence);
    }

    private static List<ModelId> climbed(List<Prediction> ranked, Wish wish) {
        List<Prediction> front = front(ranked);
        Prediction strongest = front.getLast();
        List<Prediction> steps = new ArrayList<>(ranked);
        steps.retainAll(front.subList(0, front.size() - 1)); // in the policy's order
        int before = Math.max(2, wish.width()) - 1;
        List<Prediction> chosen = new ArrayList<>(steps.subList(0, Math.min(before, steps.size())));
        chosen.add(strongest);
        chosen.sort(Comparator.comparingDouble(Prediction::quality));
        return chosen.stream().map(Prediction::model).toList();
    }

    private static List<Prediction> front(List<Prediction> ranked) {
        List<Prediction> byCost = new ArrayList<>(ranked);
        byCost.sort(Comparator.<Prediction>comparingLong(p -> p.costNanoUsd().orElse(Long.MAX_VALUE))
                .thenComparing(Comparator.comparingDouble(Prediction::quality).reversed())
                .thenComparing(Prediction::model));
        List<Prediction> front = new ArrayList<>();
        for (Prediction p : byCost) {
            if (front.isEmpty() || p.quality() > front.getLast().quality()) {
                front.add(p);
            }
        }
        return front;
    }

    /** The best {@code width}, at least two if there are. */
    static Plan.FanOut fanOut(List<Prediction> ranked, Wish wish) {
        int width = Math.min(ranked.size(), Math.max(2, wish.width()));
        return new Plan.FanOut(
                ranked.subList(0, width).stream().map(Prediction::model).toList(), wish.aggregation());
    }
}
