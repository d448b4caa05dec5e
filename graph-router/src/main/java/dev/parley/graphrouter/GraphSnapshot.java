package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.Usage;
import dev.parley.graphrouter.Neighbourhood.Near;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.calibrate.RiskBars;
import dev.parley.graphrouter.head.HeadScorer;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Predictions of one graph: what is expected of a model on the tasks the query may be of, and what the learnt head adds; without a
 * head, kernel regression over the anchors near the query (Nadaraya-Watson), shrunk to that expectation. Uncertainty is the standard
 * deviation of the Beta posterior with that much evidence. Thread-safe.
 */
final class GraphSnapshot implements Router {
    private static final int REMEMBERED = 4096;
    private static final GraphPlanner.Known NOBODY =
            new GraphPlanner.Known(new double[0], new double[0], new double[0], new float[0]);
    private static final double KEEPS = 0.7; // confidence, where no risk and no minimum quality says more

    private final RoutingGraph graph;
    private final Neighbourhood neighbourhood;
    private final TaskGuess taskGuess;
    private final HeadScorer head;
    private volatile IdentityHashMap<ModelSpec, ModelPrior> priors = new IdentityHashMap<>(); // copied on write
    private volatile IdentityHashMap<ModelSpec, CardSkills> cards = new IdentityHashMap<>(); // copied on write
    private final RiskBars riskBars;
    private final List<ModelSpec> own; // the graph's models, by its outcomes alone
    private final Map<ModelId, Newcomer> newcomers;

    GraphSnapshot(RoutingGraph graph) {
        this.graph = graph;
        this.neighbourhood = new Neighbourhood(graph.anchors(), graph.tuning());
        this.taskGuess = new TaskGuess(graph);
        this.head = new HeadScorer(graph.head());
        this.own = graph.models().stream().map(GraphPlanner::silent).toList();
        this.newcomers = graph.newcomers().stream()
                .collect(Collectors.toUnmodifiableMap(newcomer -> new ModelId(newcomer.model()), newcomer -> newcomer));
        this.riskBars = new RiskBars(graph.models(), graph.recalibration().heldOut());
    }

    String id() {
        return graph.id();
    }

    RoutingGraph graph() {
        return graph;
    }

    @Override
    public String name() {
        return RoutingSpec.GRAPH;
    }

    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return told(query, features, candidates).forecast();
    }

    @Override
    public double sufficient(double asked) {
        return graph.recalibration().sufficient(asked);
    }

    /** What the lead of a policy's strong model must exceed; any number for other policies. */
    double bar(PolicySpec policy) {
        return policy instanceof PolicySpec.Threshold threshold ? riskBars.of(threshold) : 0;
    }

    /** The confidence from which a cascade keeps an answer; above 1: from none. */
    double keeps(PolicySpec policy) {
        return policy instanceof PolicySpec.Threshold threshold && threshold.bar() instanceof PolicySpec.Risk risk
                ? riskBars.keeps(threshold, risk)
                : Math.max(KEEPS, policy.limits().minQuality());
    }

    GraphPlanner.Told told(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Near near = near(query, features);
        View view = view(query, features, near);
        boolean joined = false;
        for (int i = 0; i < candidates.size() && !newcomers.isEmpty(); i++) {
            joined |= newcomers.containsKey(candidates.get(i).id());
        }
        GraphPlanner.Known known = joined ? known(view, features, near) : NOBODY;
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        for (ModelSpec candidate : candidates) {
            predictions.add(predict(view, prior(candidate), known));
        }
        return new GraphPlanner.Told(
                new Forecast(RoutingSpec.GRAPH, taskGuess.tier(query, near), predictions), view.tasks);
    }

    GraphPlanner.Known known(Query query, QueryFeatures features) {
        Near near = near(query, features);
        return known(view(query, features, near), features, near);
    }

    private GraphPlanner.Known known(View view, QueryFeatures features, Near near) {
        int dimension = graph.anchors().dimension();
        GraphPlanner.Known known = new GraphPlanner.Known(
                new double[own.size()],
                new double[own.size()],
                view.tasks,
                near.size() > 0 ? features.embedding() : new float[dimension]);
        for (int m = 0; m < own.size(); m++) {
            ModelPrior prior = prior(own.get(m));
            Expected expected = expected(view, prior);
            known.quality()[m] = quality(view, prior, expected);
            known.tokens()[m] = tokens(view, prior, expected);
        }
        return known;
    }

    private View view(Query query, QueryFeatures features, Near near) {
        Query read = features.followUp() ? query.joined() : query;
        Optional<HeadScorer.Seen> seen = seen(read, features, near);
        double[] tasks = taskGuess.of(read, seen, near);
        return new View(
                query,
                features.profile().map(CardSkills::steady),
                features.profile()
                        .map(profile -> "declared card for " + profile.words())
                        .orElse("declared card"),
                new LocalSums(graph.anchorModels(), near),
                tasks,
                strongest(tasks),
                near.trust(),
                seen.map(s -> s.lift(tasks)).orElse(HeadScorer.Lift.NONE));
    }

    double[] declared(List<ModelSpec> models, QueryProfile profile) {
        QueryProfile steady = CardSkills.steady(profile);
        return models.stream()
                .mapToDouble(model -> card(model, profile.space()).quality(steady))
                .toArray();
    }

    private Near near(Query query, QueryFeatures features) {
        return taskGuess.narrowed(
                query, features.encoder().equals(graph.encoder()) ? neighbourhood.of(features.embedding()) : Near.NONE);
    }

    private Optional<HeadScorer.Seen> seen(Query query, QueryFeatures features, Near near) {
        return near.size() == 0 ? Optional.empty() : head.see(features.embedding(), query.text());
    }

    /** What all candidates of a query share. */
    @SuppressWarnings("ArrayRecordComponent")
    private record View(
            Query query,
            Optional<QueryProfile> profile,
            String cardEvidence,
            LocalSums local,
            double[] tasks,
            String task,
            double trust,
            HeadScorer.Lift lift) {}

    private String strongest(double[] tasks) {
        int best = -1;
        for (int t = 0; t < tasks.length; t++) {
            if (best < 0 ? tasks[t] > 0 : tasks[t] > tasks[best]) {
                best = t;
            }
        }
        return best < 0 ? "" : graph.tasks().get(best);
    }

    private ModelPrior prior(ModelSpec spec) {
        ModelPrior known = priors.get(spec);
        if (known != null) {
            return known;
        }
        ModelPrior fresh = ModelPrior.of(spec, graph);
        synchronized (this) {
            priors = with(priors, spec, fresh);
        }
        return fresh;
    }

    private CardSkills card(ModelSpec spec, SkillSpace space) {
        CardSkills known = cards.get(spec);
        if (known != null && known.space().equals(space)) {
            return known;
        }
        CardSkills fresh = CardSkills.of(spec.card(), space);
        synchronized (this) {
            cards = with(cards, spec, fresh);
        }
        return fresh;
    }

    private static <T> IdentityHashMap<ModelSpec, T> with(
            IdentityHashMap<ModelSpec, T> known, ModelSpec spec, T value) {
        IdentityHashMap<ModelSpec, T> copy =
                known.size() >= REMEMBERED ? new IdentityHashMap<>() : new IdentityHashMap<>(known);
        copy.put(spec, value);
        return copy;
    }

    private Prediction predict(View view, ModelPrior prior, GraphPlanner.Known known) {
        Expected expected = expected(view, prior);
        Newcomer newcomer = prior.node() < 0 ? newcomers.get(prior.spec().id()) : null;
        if (newcomer != null) {
            Expected met = with(expected, prior, newcomer, known);
            return prediction(view, prior.spec(), met, newcomer.probes() + " probes beside the other models");
        }
        double worth = worth(view);
        double wait = (view.local.seconds(prior.node()) + worth * expected.seconds)
                / (view.local.support(prior.node()) + worth);
        double evidence = view.trust * view.local.support(prior.node()) + expected.strength;
        Expected all = new Expected(quality(view, prior, expected), evidence, tokens(view, prior, expected), wait);
        return prediction(view, prior.spec(), all, evidence(view, prior, Math.round(view.local.near(prior.node()))));
    }

    private static Prediction prediction(View view, ModelSpec spec, Expected all, String evidence) {
        double capped = Math.min(all.tokens, Math.min(view.query.maxOutputTokens(), spec.maxOutputTokens()));
        return new Prediction(
                spec.id(),
                all.quality,
                ModelPrior.uncertainty(all.quality, all.strength),
                capped,
                cost(spec, view.query, capped),
                Duration.ofNanos((long) (1e9 * all.seconds)),
                evidence);
    }

    /** How many outcomes near the query a model's expectation is worth. */
    private double worth(View view) {
        return graph.tuning().shrinkage() / Math.max(0.02, view.trust * view.trust);
    }

    private static boolean learnt(View view, ModelPrior prior) {
        return prior.node() >= 0 && prior.node() < view.lift.quality().length;
    }

    private double quality(View view, ModelPrior prior, Expected expected) {
        double worth = worth(view);
        double raw = learnt(view, prior)
                ? Math.clamp(expected.quality + view.trust * view.lift.quality()[prior.node()], 0.0, 1.0)
                : (view.local.quality(prior.node()) + worth * expected.quality)
                        / (view.local.support(prior.node()) + worth);
        return recalibrated(view, prior.node(), raw);
    }

    private double tokens(View view, ModelPrior prior, Expected expected) {
        double worth = worth(view);
        return learnt(view, prior)
                ? expected.tokens * Math.exp(view.trust * view.lift.tokens()[prior.node()])
                : (view.local.tokens(prior.node()) + worth * expected.tokens)
                        / (view.local.support(prior.node()) + worth);
    }

    /** As far as the query is at home: what was seen there says nothing of foreign ones. */
    private double recalibrated(View view, int model, double raw) {
        if (model < 0 || view.trust == 0) {
            return raw;
        }
        Recalibration recalibration = graph.recalibration();
        int task = recalibration.knows(model) ? -1 : graph.tasks().indexOf(view.task);
        double worth = recalibration.quality(model, task, raw);
        return raw + view.trust * (worth - raw);
    }

    private record Expected(double quality, double strength, double tokens, double seconds) {}

    /** The prior of a model, averaged over the tasks the query may be of. A declared task unknown to the graph asks the card. */
    private Expected expected(View view, ModelPrior prior) {
        boolean byCard = prior.outcomes() == 0 && !prior.speaksOfTasks() && !hinted(view.query, prior);
        if (byCard && view.profile.isPresent()) {
            return profiled(view.profile.get(), prior);
        }
        int any = view.tasks.length;
        double quality = 0;
        double strength = 0;
        double tokens = 0;
        double seconds = 0;
        double known = 0;
        for (int t = 0; t < any; t++) {
            double p = view.tasks[t];
            known += p;
            quality += p * prior.quality()[t];
            strength += p * prior.strength()[t];
            tokens += p * prior.tokens()[t];
            seconds += p * prior.seconds()[t];
        }
        if (known == 0) {
            double declared = declared(view.query, prior);
            return new Expected(declared, prior.strength()[any], prior.tokens()[any], prior.seconds()[any]);
        }
        return new Expected(quality, strength, tokens, seconds);
    }

    /** Nothing is known but the card: what it declares, for a query like this. */
    private Expected profiled(QueryProfile profile, ModelPrior prior) {
        CardSkills card = card(prior.spec(), profile.space());
        double tokens = card.tokens(profile);
        return new Expected(
                card.quality(profile),
                prior.strength()[prior.strength().length - 1],
                tokens,
                ModelPrior.declaredSeconds(prior.spec().card(), tokens));
    }

    /** What probes say of a model, with what its card declares if that says anything of tasks. */
    private static Expected with(Expected declared, ModelPrior prior, Newcomer newcomer, GraphPlanner.Known known) {
        double probes = newcomer.probes();
        double card = prior.spec().card().qualityByTask().isEmpty() ? 0 : ModelPrior.CARD_WORTH;
        double usual = Arrays.stream(known.tokens()).average().orElse(0);
        return new Expected(
                (probes * newcomer.quality(known.inputs()) + card * declared.quality) / (probes + card),
                ModelPrior.strength(probes),
                newcomer.length() * usual,
                newcomer.seconds());
    }

    private static boolean hinted(Query query, ModelPrior prior) {
        return query.taskHints().stream().anyMatch(prior.spec().card().qualityByTask()::containsKey);
    }

    private static double declared(Query query, ModelPrior prior) {
        double sum = 0;
        int found = 0;
        for (String hint : query.taskHints()) {
            Double quality = prior.spec().card().qualityByTask().get(hint);
            if (quality != null) {
                sum += quality;
                found++;
            }
        }
        return found > 0 ? sum / found : prior.quality()[prior.quality().length - 1];
    }

    private static OptionalLong cost(ModelSpec spec, Query query, double outputTokens) {
        long prompt = query.inputTokens(spec);
        return spec.price().costNanoUsd(Usage.of(prompt, Math.round(outputTokens)));
    }

    private String evidence(View view, ModelPrior prior, long counted) {
        if (prior.outcomes() == 0) {
            return view.cardEvidence;
        }
        if (counted > 0) {
            return counted + (counted == 1 ? " outcome" : " outcomes") + " near '" + view.task + "'";
        }
        long all = Math.round(prior.outcomes());
        return view.local.isEmpty() && !view.task.isEmpty()
                ? all + " outcomes, by task '" + view.task + "'"
                : all + " outcomes, none near";
    }
}
