package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import dev.parley.graphrouter.calibrate.RiskControl;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** Leads at which policies with a risk turn to their strong model, by one graph's outcomes. Each is worked out once. Thread-safe. */
final class RiskBars {
    private final RoutingGraph graph;
    private final Map<Pair, Double> known = new ConcurrentHashMap<>();

    RiskBars(RoutingGraph graph) {
        this.graph = graph;
    }

    /** What a bar depends on: policies of single requests differ in their limits alone. */
    private record Pair(ModelId strong, ModelId weak, PolicySpec.Risk risk, PolicySpec.Lead lead) {}

    /** Throws IllegalArgumentException, with the remedy, if too little is known of the two models to keep the risk. */
    double of(PolicySpec.Threshold policy) {
        return switch (policy.bar()) {
            case PolicySpec.Fixed fixed -> fixed.lead();
            case PolicySpec.Risk risk ->
                known.computeIfAbsent(
                        new Pair(policy.strong(), policy.weak(), risk, policy.lead()), pair -> bar(policy.id(), pair));
        };
    }

    private double bar(String policy, Pair pair) {
        int strong = graph.models().indexOf(pair.strong.value());
        int weak = graph.models().indexOf(pair.weak.value());
        if (strong < 0 || weak < 0 || graph.recalibration().heldOut().queries() == 0) {
            throw new IllegalArgumentException("policy '" + policy + "': a risk needs outcomes of "
                    + (strong < 0 ? pair.strong : weak < 0 ? pair.weak : "400 queries or more")
                    + " in the routing graph, and there are none: make a graph by `parley calibrate` and name it in"
                    + " routing.graph, or give a 'threshold'");
        }
        PolicySpec.Risk risk = pair.risk;
        RiskControl control = graph.recalibration().heldOut().risk(strong, weak, pair.lead);
        OptionalDouble bar = risk.confidence() > 0
                ? control.threshold(risk.tolerated(), risk.confidence())
                : control.threshold(risk.tolerated());
        return bar.orElseThrow(() -> new IllegalArgumentException("policy '" + policy + "': " + control.size()
                + " queries that both models answered cannot promise a risk of " + risk.tolerated()
                + ": calibrate on more, or tolerate more"));
    }
}
