package dev.parley.gateway.pipeline.ask;

import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.gateway.budget.Glob;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Planner;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a request asks of routing beside its model name, from the {@code gateway}, {@code models}, {@code provider} and {@code plugins}
 * members and the {@code x-gateway-*} headers.
 *
 * @param policy asked for by name; empty for the default
 * @param tradeoff OpenRouter's cost_quality_tradeoff 0 (quality) .. 10 (cost); negative if not given
 * @param allowed globs over model ids; empty allows all
 * @param backends ids to use only / to ignore / to prefer in that order
 * @param limits bounds beside the policy's own
 * @param maxInputPicoUsd price ceiling per prompt token
 * @param maxOutputPicoUsd price ceiling per generated token
 * @param shape of the plan
 * @param fallbacks models to try after the first, named by the client
 * @param session declared stickiness key; empty if none
 * @param experiment the one to take part in; empty for any
 * @param lean quality points that attributes of a model's card are worth
 * @param flags further wishes
 */
public record RoutingAsk(
        String policy,
        double tradeoff,
        List<String> allowed,
        Backends backends,
        PolicySpec.Limits limits,
        long maxInputPicoUsd,
        long maxOutputPicoUsd,
        Shape shape,
        List<String> fallbacks,
        String session,
        String tags,
        String experiment,
        Map<String, Double> lean,
        Flags flags) {

    public static final RoutingAsk NOTHING = new RoutingAsk(
            "",
            -1,
            List.of(),
            new Backends(List.of(), List.of(), List.of()),
            PolicySpec.Limits.NONE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            new Shape(Planner.Strategy.SINGLE, Plan.Aggregation.VOTE, 3),
            List.of(),
            "",
            "",
            "",
            Map.of(),
            new Flags(true, false, false));

    public record Backends(List<String> only, List<String> ignore, List<String> order) {}

    public record Shape(Planner.Strategy strategy, Plan.Aggregation aggregation, int width) {}

    public record Flags(boolean allowFallbacks, boolean explain, boolean dryRun) {}

    /** Whether a model may be used at all. */
    public boolean admits(ModelSpec model) {
        return (allowed.isEmpty()
                        || allowed.stream()
                                .anyMatch(glob ->
                                        new Glob(glob).matches(model.id().value())))
                && (backends.only().isEmpty() || backends.only().contains(model.backend()))
                && !backends.ignore().contains(model.backend())
                && affordable(model.price());
    }

    private boolean affordable(Price price) {
        return switch (price) {
            case Price.Unknown p -> maxInputPicoUsd == Long.MAX_VALUE && maxOutputPicoUsd == Long.MAX_VALUE;
            case Price.PerToken p -> p.inputPicoUsd() <= maxInputPicoUsd && p.outputPicoUsd() <= maxOutputPicoUsd;
        };
    }

    /** The policy with these bounds added to its own. */
    public PolicySpec bounded(PolicySpec given) {
        PolicySpec.Limits own = given.limits();
        PolicySpec.Limits both = new PolicySpec.Limits(
                Math.min(own.maxCostNanoUsd(), limits.maxCostNanoUsd()),
                Math.max(own.minQuality(), limits.minQuality()),
                shorter(own.maxLatency(), limits.maxLatency()));
        return switch (given) {
            case PolicySpec.Weighted p ->
                new PolicySpec.Weighted(
                        p.id(),
                        p.costWeight(),
                        p.costReferenceNanoUsd(),
                        p.latencyWeight(),
                        p.latencyReference(),
                        both);
            case PolicySpec.CheapestSufficient p -> new PolicySpec.CheapestSufficient(p.id(), p.caution(), both);
            case PolicySpec.Threshold p ->
                new PolicySpec.Threshold(p.id(), p.strong(), p.weak(), p.bar(), p.lead(), both);
        };
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
