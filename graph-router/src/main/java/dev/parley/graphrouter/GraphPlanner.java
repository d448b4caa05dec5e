package dev.parley.graphrouter;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Predicts over a calibrated {@link RoutingGraph} and decides by policy. Thread-safe: the graph is an immutable snapshot, swapped
 * as a whole; a decision is made on one snapshot. Models the graph does not know are predicted from their declared cards.
 */
public final class GraphPlanner implements Planner {
    /** The graph shipped with Parley, on the class path. */
    public static final String SHIPPED = "/dev/parley/graphrouter/calibration/graph.json";

    private volatile GraphSnapshot snapshot;

    private GraphPlanner(RoutingGraph graph) {
        snapshot = new GraphSnapshot(graph);
    }

    public static GraphPlanner of(RoutingGraph graph) {
        return new GraphPlanner(graph);
    }

    /**
     * Opens a graph file; the empty name is the shipped graph, or declared cards alone if none is shipped. Throws
     * IllegalArgumentException, naming file, place and remedy, if the file cannot be read or is not valid.
     */
    public static GraphPlanner open(String graphFile) {
        return new GraphPlanner(graphFile.isEmpty() ? shipped() : read(Path.of(graphFile)));
    }

    private static RoutingGraph shipped() {
        try (InputStream in = GraphPlanner.class.getResourceAsStream(SHIPPED)) {
            return in == null ? RoutingGraph.empty() : GraphFile.read(in.readAllBytes(), "the shipped graph");
        } catch (IOException e) {
            throw new IllegalArgumentException("the shipped routing graph cannot be read: " + e.getMessage(), e);
        }
    }

    private static RoutingGraph read(Path file) {
        try {
            return GraphFile.read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "routing.graph: cannot read " + file + " (" + e
                            + "); name a file made by `parley calibrate`, or leave it out",
                    e);
        }
    }

    /** From now on, decisions are made on this graph. */
    public void use(RoutingGraph graph) {
        snapshot = new GraphSnapshot(graph);
    }

    /** The graph in use, for people. */
    public RoutingGraph graph() {
        return snapshot.graph();
    }

    @Override
    public String name() {
        return snapshot.name();
    }

    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return snapshot.forecast(query, features, candidates);
    }

    /** The same with the tasks that the query may be of. */
    public Told told(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return snapshot.told(query, features, candidates);
    }

    /** Standard deviation of a newcomer's predicted quality where it is largest: where a good answer is as likely as a bad one. */
    public static double uncertainty(Newcomer newcomer) {
        return ModelPrior.uncertainty(0.5, ModelPrior.strength(newcomer.probes()));
    }

    /** Chances of a good answer by the models' cards alone, [models], for a query of that profile. */
    public double[] declared(List<ModelSpec> models, QueryProfile profile) {
        return snapshot.declared(models, profile);
    }

    /** What is expected of the graph's own models, whether configured or not, by their outcomes alone. */
    public Known known(Query query, QueryFeatures features) {
        return snapshot.known(query, features);
    }

    /**
     * Of the graph's own models.
     *
     * @param quality P(good answer), [models]
     * @param tokens expected output, [models]
     * @param tasks shares of the tasks, [tasks]
     * @param embedding of the query, zeros if the graph's encoder made none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Known(double[] quality, double[] tokens, double[] tasks, float[] embedding) {
        /** What a newcomer is told by. */
        public double[] inputs() {
            return Newcomer.inputs(quality, tasks, embedding);
        }
    }

    /** A model of which nothing is declared: what is expected of it is what a graph knows. */
    public static ModelSpec silent(String model) {
        return new ModelSpec(
                new ModelId(model),
                "",
                model,
                new Price.Unknown(),
                Set.of(Capability.CHAT),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                new ModelCard("", "", 0.5, Map.of(), 1, Duration.ZERO, 1));
    }

    /** @param tasks probabilities by task of the graph, [tasks]; all zeros if nothing is known of the query */
    @SuppressWarnings("ArrayRecordComponent")
    public record Told(Forecast forecast, double[] tasks) {}

    /**
     * Throws IllegalArgumentException, with the remedy, if the graph's outcomes cannot keep a policy's risk. Sorts the outcomes once a
     * policy: not for an event loop.
     */
    public void check(PolicySpec policy) {
        snapshot.bar(policy);
        snapshot.keeps(policy);
    }

    @Override
    public double sufficient(double asked) {
        return snapshot.sufficient(asked);
    }

    @Override
    public Decision plan(Router router, Query query, QueryFeatures features, List<ModelSpec> candidates, Wish wish) {
        GraphSnapshot now = snapshot;
        Router by = router == this ? now : router;
        Map<ModelId, String> excluded = new HashMap<>();
        List<ModelSpec> able = new ArrayList<>(candidates.size());
        for (ModelSpec candidate : candidates) {
            keep(candidate, candidate.id(), CandidateFilter.unable(candidate, query), able, excluded);
        }
        Forecast forecast = by.forecast(query, features, able);
        double sufficient = by.sufficient(wish.policy().limits().minQuality());
        Field field = limited(able, forecast.predictions(), wish, sufficient, excluded);
        if (field.predictions().isEmpty()) {
            throw none(query, candidates, able, wish.policy(), excluded);
        }
        Ranking.Bars bars = new Ranking.Bars(sufficient, now.bar(wish.policy()), now.keeps(wish.policy()));
        Field ranked = field.ranked(wish, bars);
        Plan plan = shaped(ranked, wish, bars);
        List<Router.Chance> chances = by.chances(query, features, able);
        double propensity = chances.isEmpty() ? 1 : probability(plan.models().getFirst(), chances, able, wish, bars);
        return new Decision(
                plan,
                ranked.predictions(),
                excluded,
                reason(plan, ranked.predictions(), wish.policy()),
                propensity,
                forecast.router(),
                forecast.tier(),
                wish.policy().id(),
                now.id());
    }

    /** Of this model's coming first, over all that the router might have drawn. */
    private static double probability(
            ModelId first, List<Router.Chance> chances, List<ModelSpec> able, Wish wish, Ranking.Bars bars) {
        double sum = 0;
        for (Router.Chance chance : chances) {
            List<Prediction> all = chance.forecast().predictions();
            Field field = limited(able, all, wish, bars.sufficient(), new HashMap<>());
            boolean leads =
                    !field.predictions().isEmpty() && field.first(wish, bars).equals(first);
            sum += leads ? chance.probability() : 0;
        }
        return sum;
    }

    private static Field limited(
            List<ModelSpec> able, List<Prediction> all, Wish wish, double sufficient, Map<ModelId, String> excluded) {
        boolean within = true;
        for (int i = 0; i < all.size() && within; i++) {
            within = CandidateFilter.limited(all.get(i), wish.policy(), sufficient) == null;
        }
        return within ? new Field(all, able) : remaining(able, all, wish, sufficient, excluded);
    }

    private static Field remaining(
            List<ModelSpec> able, List<Prediction> all, Wish wish, double sufficient, Map<ModelId, String> excluded) {
        List<Prediction> predictions = new ArrayList<>(all.size());
        List<ModelSpec> kept = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            String reason = CandidateFilter.limited(all.get(i), wish.policy(), sufficient);
            if (reason == null) {
                kept.add(able.get(i));
            }
            keep(all.get(i), all.get(i).model(), reason, predictions, excluded);
        }
        return new Field(predictions, kept);
    }

    private static <T> void keep(
            T what, ModelId model, @Nullable String reason, List<T> kept, Map<ModelId, String> excluded) {
        if (reason == null) {
            kept.add(what);
        } else {
            excluded.put(model, reason);
        }
    }

    /** Candidates that passed, with their predictions, in the same order. */
    private record Field(List<Prediction> predictions, List<ModelSpec> models) {
        /** Of the plan that they would make. */
        ModelId first(Wish wish, Ranking.Bars bars) {
            if (wish.strategy() != Strategy.SINGLE) {
                return shaped(ranked(wish, bars), wish, bars).models().getFirst();
            }
            double[] penalties = Leaning.penalties(wish.lean(), models, predictions);
            return predictions
                    .get(Ranking.first(wish.policy(), predictions, penalties, bars))
                    .model();
        }

        Field ranked(Wish wish, Ranking.Bars bars) {
            List<Prediction> sortedPredictions = new ArrayList<>(predictions.size());
            List<ModelSpec> sortedModels = new ArrayList<>(predictions.size());
            double[] penalties = Leaning.penalties(wish.lean(), models, predictions);
            for (int i : Ranking.of(wish.policy(), predictions, penalties, bars)) {
                sortedPredictions.add(predictions.get(i));
                sortedModels.add(models.get(i));
            }
            return new Field(sortedPredictions, sortedModels);
        }
    }

    private static Plan shaped(Field field, Wish wish, Ranking.Bars bars) {
        return switch (wish.strategy()) {
            case SINGLE -> PlanShape.single(field.models());
            case CASCADE -> PlanShape.cascade(field.predictions(), wish, bars.confidence());
            case FANOUT -> PlanShape.fanOut(field.predictions(), wish);
        };
    }

    private static String reason(Plan plan, List<Prediction> ranked, PolicySpec policy) {
        ModelId first = plan.models().getFirst();
        Prediction chosen = ranked.getFirst();
        for (int i = 0; !chosen.model().equals(first); i++) {
            chosen = ranked.get(i);
        }
        String shape = switch (plan) {
            case Plan.Single single -> "";
            case Plan.Cascade cascade -> "cascade of " + cascade.models().size() + ", first ";
            case Plan.FanOut fanOut -> "fan-out to " + fanOut.models().size() + ", led by ";
        };
        String cost = chosen.costNanoUsd().isPresent()
                ? Words.usd(chosen.costNanoUsd().getAsLong())
                : "unknown cost";
        return shape + first + ": predicted quality " + Words.share(chosen.quality()) + " (sd "
                + Words.share(chosen.uncertainty()) + ") for " + cost + " in "
                + chosen.latency().toMillis() + " ms; best of " + ranked.size() + " by policy " + policy.id() + "; "
                + chosen.evidence();
    }

    private static NoCandidateException none(
            Query query,
            List<ModelSpec> candidates,
            List<ModelSpec> able,
            PolicySpec policy,
            Map<ModelId, String> excluded) {
        StringBuilder message = new StringBuilder("no model can take this request under policy ").append(policy.id());
        if (excluded.isEmpty()) {
            message.append(": there are no candidates; add models to the configuration or to the key's allow-list");
        }
        String separator = ": ";
        for (Map.Entry<ModelId, String> entry : new TreeMap<>(excluded).entrySet()) {
            message.append(separator).append(entry.getKey()).append(" - ").append(entry.getValue());
            separator = "; ";
        }
        if (!able.isEmpty()) {
            return new NoCandidateException(message.toString(), excluded, new NoCandidateException.Limited());
        }
        return candidates.stream()
                .filter(model -> CandidateFilter.incapable(model, query) == null)
                .max(Comparator.comparingDouble(
                        model -> model.contextTokens() * model.card().charsPerToken()))
                .map(widest -> tooLong(query, widest, message.toString(), excluded))
                .orElseGet(() ->
                        new NoCandidateException(message.toString(), excluded, new NoCandidateException.Incapable()));
    }

    private static NoCandidateException tooLong(
            Query query, ModelSpec widest, String each, Map<ModelId, String> excluded) {
        long answer = CandidateFilter.expectedAnswer(widest, query);
        long prompt = query.inputTokens(widest);
        long tokens = prompt + answer;
        String message = "The maximum context length of the models that could answer is " + widest.contextTokens()
                + " tokens (" + widest.id() + "), but the request takes about " + tokens + ": "
                + prompt + " for the prompt and " + answer
                + " for the answer. Shorten the prompt, cap the answer (max_tokens), or configure a model with a longer"
                + " context. " + each;
        return new NoCandidateException(
                message, excluded, new NoCandidateException.TooLong(tokens, widest.contextTokens()));
    }
}
