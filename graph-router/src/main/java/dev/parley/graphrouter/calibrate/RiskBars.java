package dev.parley.graphrouter.calibrate;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** Leads at which policies with a risk turn to their strong model, by one graph's outcomes. Each is worked out once. Thread-safe. */
public final class RiskBars {
    private final List<String> models;
    private final HeldOut heldOut;
    private final Map<Pair, Double> known = new ConcurrentHashMap<>();

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

    private double bar(String policy, Pair pair) {
        int strong = models.indexOf(pair.strong.value());
        int weak = models.indexOf(pair.weak.value());
        if (strong < 0 || weak < 0 || heldOut.queries() == 0) {
            throw new IllegalArgumentException("policy '" + policy + "': a risk needs outcomes of "
                    + (strong < 0 ? pair.strong : weak < 0 ? pair.weak : "400 queries or more")
                    + " in the routing graph, and there are none: make a graph by `parley calibrate` and name it in"
                    + " routing.graph, or give a 'threshold'");
        }
        PolicySpec.Risk risk = pair.risk;
        RiskControl control = heldOut.risk(strong, weak, pair.lead);
        OptionalDouble bar = risk.confidence() > 0
                ? control.threshold(risk.tolerated(), risk.confidence())
                : control.threshold(risk.tolerated());
        return bar.orElseThrow(() -> new IllegalArgumentException("policy '" + policy + "': " + control.size()
                + " queries that both models answered cannot promise a risk of " + risk.tolerated()
                + ": calibrate on more, or tolerate more"));
    }
}
