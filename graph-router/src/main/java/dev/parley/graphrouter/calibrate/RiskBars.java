package dev.parley.graphrouter.calibrate;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Leads at which policies with a risk turn to their strong model, and confidences from which their cascades keep the weak one's answer, by
 * one graph's outcomes. Each is worked out once. Thread-safe.
 */
public final class RiskBars {
    private final List<String> models;
    private final HeldOut heldOut;
    private final Map<Pair, Double> known = new ConcurrentHashMap<>();
    private final Map<Pair, Double> kept = new ConcurrentHashMap<>();

    /** @param models of the graph, in its order */
    public RiskBars(List<String> models, HeldOut heldOut) {
        this.models = List.copyOf(models);
        this.heldOut = heldOut;
    }

    /** What a bar depends on: policies of single requests differ in their limits alone. */
    private record Pair(ModelId strong, ModelId weak, PolicySpec.Risk risk, PolicySpec.Lead lead) {}

    /** Throws IllegalArgumentException, with the remedy, if too little is known of the two models to keep the risk. */
    public double of(PolicySpec.Threshold policy) {
        return switch (policy.bar()) {
            case PolicySpec.Fixed fixed -> fixed.lead();
            case PolicySpec.Risk risk ->
                known.computeIfAbsent(
                        new Pair(policy.strong(), policy.weak(), risk, policy.lead()), pair -> bar(policy.id(), pair));
        };
    }

    /**
     * The confidence (smallest token probability, 0..1) from which a cascade of the two keeps the weak model's answer, so that the risk is
     * kept. Above 1, so that none is, if the outcomes known promise nothing.
     */
    public double keeps(PolicySpec.Threshold policy, PolicySpec.Risk risk) {
        return kept.computeIfAbsent(new Pair(policy.strong(), policy.weak(), risk, policy.lead()), this::kept);
    }

    private double kept(Pair pair) {
        int strong = models.indexOf(pair.strong.value());
        int weak = models.indexOf(pair.weak.value());
        OptionalDouble doubt =
                strong < 0 || weak < 0 ? OptionalDouble.empty() : threshold(heldOut.keeping(strong, weak), pair.risk);
        return doubt.isEmpty() ? Math.nextUp(1.0) : Math.clamp(1 - doubt.getAsDouble(), 0.0, Math.nextUp(1.0));
    }

    private static OptionalDouble threshold(RiskControl control, PolicySpec.Risk risk) {
        return risk.confidence() > 0
                ? control.threshold(risk.tolerated(), risk.confidence())
                : control.threshold(risk.tolerated());
    }

    private double bar(String policy, Pair pair) {
        int strong = models.indexOf(pair.strong.value());
        int weak = models.indexOf(pair.weak.value());
        if (strong < 0 || weak < 0 || heldOut.queries() == 0) {
            throw new IllegalArgumentException("policy '" + policy + "': a risk needs outcomes of "
                    + (strong < 0 ? pair.strong : weak < 0 ? pair.weak : "400 queries or more")
                    + " in the routing graph, and there are none: make a graph by `parley calibrate` and name it in"
                    + " routing.graph, or give a 'threshold'");
        }
        RiskControl control = heldOut.risk(strong, weak, pair.lead);
        return threshold(control, pair.risk)
                .orElseThrow(() -> new IllegalArgumentException("policy '" + policy + "': " + control.size()
                        + " queries that both models answered cannot promise a risk of " + pair.risk.tolerated()
                        + ": calibrate on more, or tolerate more"));
    }
}
