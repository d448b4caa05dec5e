package dev.parley.graphrouter.routers;

import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ordered rules of the operator: the first that holds and one of whose models can serve the request is followed. If there is none, it
 * is left to the graph. Thread-safe.
 */
final class Rules implements Router {
    private static final double LIKELY = 0.5; // from which the word of the graph or of the heads counts

    private final String name;
    private final GraphPlanner graph;
    private final List<Rule> rules;

    Rules(String name, GraphPlanner graph, List<RouterSpec.Rule> rules) {
        this.name = name;
        this.graph = graph;
        this.rules = rules.stream().map(Rule::of).toList();
    }

    /** Ready to be matched. */
    private record Rule(RouterSpec.Rule spec, Optional<Pattern> regex, List<String> contains) {
        static Rule of(RouterSpec.Rule spec) {
            String regex = spec.when().regex();
            return new Rule(
                    spec,
                    regex.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(regex)),
                    spec.when().contains().stream()
                            .map(text -> text.toLowerCase(Locale.ROOT))
                            .toList());
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        GraphPlanner.Told told = graph.told(query, features, candidates);
        for (int r = 0; r < rules.size(); r++) {
            Rule rule = rules.get(r);
            double[] liking = candidates.stream()
                    .mapToDouble(model -> liking(rule, model))
                    .toArray();
            boolean able = Arrays.stream(liking).anyMatch(l -> l != Overlay.DISLIKED);
            if (able
                    && holds(rule, query)
                    && reads(rule.spec.when().read(), features.profile())
                    && isOf(rule, query, told.tasks())) {
                return Overlay.preferring(name, told.forecast(), liking, "rule " + (r + 1));
            }
        }
        return told.forecast();
    }

    private static double liking(Rule rule, ModelSpec model) {
        int place = rule.spec.models().indexOf(model.id());
        return place < 0 ? Overlay.DISLIKED : -place;
    }

    private static boolean holds(Rule rule, Query query) {
        RouterSpec.When when = rule.spec.when();
        return query.estimatedInputTokens() >= when.minTokens()
                && query.estimatedInputTokens() <= when.maxTokens()
                && query.shape().turns() >= when.minTurns()
                && query.needs().containsAll(when.needs())
                && (rule.contains.isEmpty() || containsAny(query.text(), rule.contains))
                && rule.regex.map(regex -> regex.matcher(query.text()).find()).orElse(true);
    }

    private static boolean containsAny(String text, List<String> parts) {
        String lower = text.toLowerCase(Locale.ROOT);
        return parts.stream().anyMatch(lower::contains);
    }

    /** Without a profile, nothing was read. */
    private static boolean reads(RouterSpec.Read wanted, Optional<QueryProfile> profile) {
        return profile.map(p -> reads(wanted, p)).orElse(wanted.equals(RouterSpec.Read.ANYTHING));
    }

    private static boolean reads(RouterSpec.Read wanted, QueryProfile profile) {
        return (wanted.domains().isEmpty() || wanted.domains().stream().anyMatch(d -> likely(profile.involves(d))))
                && wanted.flags().stream().allMatch(flag -> likely(profile.flag(flag)))
                && (wanted.languages().isEmpty()
                        || wanted.languages().contains(profile.language().likely()));
    }

    private static boolean likely(Optional<Double> chance) {
        return chance.orElse(0.0) >= LIKELY;
    }

    private boolean isOf(Rule rule, Query query, double[] shares) {
        if (rule.spec.when().tasks().isEmpty()) {
            return true;
        }
        if (!query.taskHints().isEmpty()) {
            return query.taskHints().stream().anyMatch(rule.spec.when().tasks()::contains);
        }
        double share = 0;
        for (int t = 0; t < shares.length; t++) {
            share += rule.spec.when().tasks().contains(graph.graph().tasks().get(t)) ? shares[t] : 0;
        }
        return share >= LIKELY;
    }
}
