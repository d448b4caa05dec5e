package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.Setting;
import dev.parley.chat.Turn;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.Usage;
import dev.parley.gateway.budget.Estimate;
import dev.parley.gateway.experiment.Assignment;
import dev.parley.gateway.pipeline.ask.AskReader;
import dev.parley.gateway.pipeline.ask.Credentials;
import dev.parley.gateway.pipeline.ask.Encoded;
import dev.parley.gateway.pipeline.ask.Preferences;
import dev.parley.gateway.pipeline.ask.Target;
import dev.parley.gateway.pipeline.ask.Tradeoff;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.NoCandidateException;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Planner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.QueryFeatures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The stations of the way, each adding its part to the {@link Passage}; all but planning take microseconds. */
final class Stations {
    private static final double BYTES_PER_TOKEN = 4;

    private final Rooms rooms;

    Stations(Rooms rooms) {
        this.rooms = rooms;
    }

    void decode(Passage p) {
        try {
            p.decoded(rooms.dialect(p.in.protocol()).decode(p.in.body()));
        } catch (ChatFailure failure) {
            throw Encoded.explained(failure, p.in.body(), p.in.headers());
        }
        p.ask = AskReader.read(p.request().body(), p.in.headers());
        AskReader.strangers(p.request().body())
                .forEach(name -> warn(p, "'gateway." + name + "' is not known and counts for nothing"));
        p.estimatedInputTokens = (int) Math.max(1, p.in.body().length / BYTES_PER_TOKEN);
    }

    void admit(Passage p) {
        var caller = rooms.admission().identify(Credentials.presented(p.in.headers()));
        p.caller = Optional.of(caller);
        p.session = p.ask.session().isEmpty() ? "" : caller.id() + "/" + p.ask.session();
    }

    Optional<ChatAnswer> recall(Passage p) {
        var cache = rooms.cache().get();
        if (!cache.enabled()) {
            return Optional.empty();
        }
        String control =
                Optional.ofNullable(p.in.headers().get("cache-control")).orElse("");
        p.cacheKey = cache.key(p.request(), policyName(p), p.caller().id(), control);
        Optional<ChatAnswer> known = p.cacheKey.flatMap(cache::recall);
        p.cache = p.cacheKey.isEmpty() ? "off" : known.isPresent() ? "hit" : "miss";
        return known;
    }

    Set<String> taskHints(Passage p) {
        String task = p.in.headers().get("x-gateway-task");
        return task == null ? Set.of() : Set.of(task);
    }

    /**
     * The first running experiment that covers this unit decides the policy, or the one that the client asks for and no other, unless the client
     * named policy or model.
     */
    void assign(Passage p, Target target) {
        List<ExperimentSpec> experiments =
                AskReader.experiments(p.ask, p.snapshot.config().experiments());
        boolean open = target instanceof Target.Auto auto && auto.policy().isEmpty() && p.ask.tradeoff() < 0;
        if (!open || !p.ask.policy().isEmpty()) {
            if (!p.ask.experiment().isEmpty()) {
                warn(p, "gateway.experiment: has no effect beside a named model or policy");
            }
            return;
        }
        for (ExperimentSpec experiment : experiments) {
            Optional<ExperimentSpec.Variant> variant = Assignment.assign(experiment, unit(experiment, p));
            if (variant.isPresent()) {
                p.experiment = Optional.of(experiment);
                p.variant = variant;
                return;
            }
        }
    }

    private static String unit(ExperimentSpec experiment, Passage p) {
        return switch (experiment.unit()) {
            case SESSION -> p.session.isEmpty() ? undeclared(p) : p.session;
            case USER -> p.session;
            case KEY -> p.caller().isAnonymous() ? "" : p.caller().id();
        };
    }

    /** The session, from now on never empty. */
    String conversation(Passage p) {
        if (p.session.isEmpty()) {
            p.session = undeclared(p);
        }
        return p.session;
    }

    /** Stands for a conversation without a declared session: its key and its first user message. */
    private static String undeclared(Passage p) {
        String first = p.request().conversation().turns().stream()
                .filter(turn -> turn.role() == Turn.Role.USER)
                .map(Turn::text)
                .findFirst()
                .orElse("");
        return p.caller().id() + "/" + Digest.sha256(first);
    }

    /** A model named by the client. */
    void direct(Passage p, Target.Concrete target) {
        p.decision = Optional.of(direct(p, target.model()));
    }

    /** A model to be chosen by the router. */
    void plan(Passage p, Target target, QueryFeatures features, Router router) {
        PolicySpec policy = policy(p, target);
        try {
            p.decision = Optional.of(routed(p, features, policy, router));
        } catch (NoCandidateException none) {
            p.limitedByPolicy = none.limited() && !serves(p, features, policy, router);
            throw none;
        }
    }

    /** Whether a request of the same words without any wish of its client would find a model. */
    private static boolean serves(Passage p, QueryFeatures features, PolicySpec policy, Router router) {
        List<ModelSpec> candidates = p.snapshot.candidates().stream()
                .filter(m -> p.caller().mayUse(m.id()))
                .toList();
        try {
            p.snapshot.planner().plan(router, p.query.orElseThrow(), features, candidates, Planner.Wish.of(policy));
            return true;
        } catch (NoCandidateException none) {
            return false;
        }
    }

    /** Who is to predict. */
    Router router(Passage p, Target target) {
        String id = target instanceof Target.Threshold threshold
                ? threshold.router()
                : p.snapshot.config().routing().routerOf(policy(p, target).id());
        return p.snapshot.router(id);
    }

    private static PolicySpec policy(Passage p, Target target) {
        return switch (target) {
            case Target.Auto auto -> named(p, auto);
            case Target.Threshold threshold -> strongWeak(p, threshold);
            case Target.Concrete concrete -> throw new IllegalStateException("nothing is to be chosen");
        };
    }

    private Decision direct(Passage p, ModelSpec model) {
        p.caller().requireModel(model.id());
        if (!p.ask.backends().order().isEmpty()) {
            warn(p, "provider.order: a named model has one backend; the order has no effect");
        }
        Decision decision = Decision.direct(model.id(), List.of());
        boolean more = p.ask.flags().allowFallbacks() && !p.ask.fallbacks().isEmpty();
        return more ? Preferences.fallingBackTo(decision, fallbacks(p)) : decision;
    }

    /** The models that the client named to be tried next, as far as they are to be had. */
    private List<ModelId> fallbacks(Passage p) {
        List<ModelId> fallbacks = new ArrayList<>();
        for (String name : p.ask.fallbacks()) {
            Target.find(name, p.snapshot.config())
                    .filter(m -> p.caller().mayUse(m.id()) && !fallbacks.contains(m.id()))
                    .ifPresentOrElse(
                            m -> fallbacks.add(m.id()),
                            () -> warn(p, "models: '" + name + "' is not available and was left out"));
        }
        return fallbacks;
    }

    /** Models that key and request admit. */
    static List<ModelSpec> candidates(Passage p) {
        return p.snapshot.candidates().stream()
                .filter(m -> p.caller().mayUse(m.id()) && p.ask.admits(m))
                .toList();
    }

    private Decision routed(Passage p, QueryFeatures features, PolicySpec policy, Router router) {
        List<ModelSpec> candidates = candidates(p);
        if (candidates.isEmpty()) {
            throw ChatFailure.builder(
                            ChatFailure.Kind.BAD_REQUEST,
                            "No model is left to choose from: loosen gateway.allowed_models, provider.only, provider.ignore,"
                                    + " provider.max_price or the key's models.")
                    .param("model")
                    .build();
        }
        var shape = p.ask.shape();
        var wish = new Planner.Wish(
                p.ask.bounded(policy), shape.strategy(), shape.aggregation(), shape.width(), p.ask.lean());
        Decision decision = p.snapshot.planner().plan(router, p.query.orElseThrow(), features, candidates, wish);
        return decision.plan() instanceof Plan.Single ? preferred(p, decision) : unordered(p, decision);
    }

    private Decision preferred(Passage p, Decision planned) {
        List<String> order = p.ask.backends().order();
        Decision decision = planned;
        if (!order.isEmpty()) {
            decision = Preferences.ordered(decision, id -> place(p, order, id));
        }
        if (inToolLoop(p)) {
            decision = Preferences.held(decision, rooms.sticky().last(p.session));
        }
        if (!p.ask.flags().allowFallbacks()) {
            return Preferences.withoutFallbacks(decision);
        }
        return p.ask.fallbacks().isEmpty() ? decision : Preferences.fallingBackTo(decision, fallbacks(p));
    }

    /** Several models answer: what arranges one model's fallbacks says nothing here. */
    private Decision unordered(Passage p, Decision decision) {
        if (!p.ask.backends().order().isEmpty()) {
            warn(p, "provider.order: has no effect on a cascade or fan-out");
        }
        if (!p.ask.fallbacks().isEmpty()) {
            warn(p, "models: has no effect on a cascade or fan-out");
        }
        return decision;
    }

    private static int place(Passage p, List<String> order, ModelId id) {
        int index = order.indexOf(p.snapshot.config().model(id).orElseThrow().backend());
        return index < 0 ? order.size() : index;
    }

    /** Inside a tool loop another model would lose the provider's prompt cache and the loop's state. */
    static boolean inToolLoop(Passage p) {
        List<Turn> turns = p.request().conversation().turns();
        return !turns.isEmpty() && turns.getLast().role() == Turn.Role.TOOL;
    }

    private static PolicySpec named(Passage p, Target.Auto auto) {
        if (p.ask.tradeoff() >= 0) {
            return Tradeoff.policy(p.ask.tradeoff());
        }
        String name = auto.policy().isEmpty() ? policyName(p) : auto.policy();
        return p.snapshot
                .config()
                .policy(name)
                .orElseThrow(() -> ChatFailure.builder(
                                ChatFailure.Kind.MODEL_NOT_FOUND,
                                "There is no policy '" + name + "'. Known: "
                                        + String.join(
                                                ", ",
                                                p.snapshot.config().policies().stream()
                                                        .map(PolicySpec::id)
                                                        .toList())
                                        + ".")
                        .param("model")
                        .build());
    }

    private static String policyName(Passage p) {
        if (!p.ask.policy().isEmpty()) {
            return p.ask.policy();
        }
        if (p.variant.isPresent()) {
            return p.variant.get().policy();
        }
        String own = p.caller().policy();
        return own.isEmpty() ? p.snapshot.config().routing().defaultPolicy() : own;
    }

    private static PolicySpec strongWeak(Passage p, Target.Threshold threshold) {
        List<ModelSpec> models = p.snapshot.candidates();
        ModelSpec strong = models.stream()
                .max(Comparator.comparingDouble(m -> m.card().quality()))
                .orElseThrow();
        ModelSpec weak = models.stream()
                .min(Comparator.comparingLong(
                        m -> m.price().costNanoUsd(Usage.of(1000, 1000)).orElse(Long.MAX_VALUE)))
                .orElseThrow();
        return new PolicySpec.Threshold(
                "router-" + threshold.router() + "-" + threshold.value(),
                strong.id(),
                weak.id(),
                new PolicySpec.Fixed(threshold.value()),
                threshold.lead(),
                PolicySpec.Limits.NONE);
    }

    /** Takes rates and money for the first choice; settled by what the request really used. */
    void reserve(Passage p) {
        ModelSpec model = p.model();
        long output = Math.round(p.decision()
                .prediction(model.id())
                .map(Prediction::outputTokens)
                .orElse(model.card().outputTokens()));
        if (p.query.isPresent()) {
            output = Math.min(
                    output,
                    p.request()
                            .conversation()
                            .integer(Setting.MAX_OUTPUT_TOKENS)
                            .orElse(output));
        }
        reserve(p, model, output);
    }

    /** The same for one call, before or after others of the request. */
    void reserve(Passage p, ModelSpec model, long outputTokens) {
        long prompt = model.tokens(p.estimatedInputTokens);
        OptionalLong cost = model.price().costNanoUsd(Usage.of(prompt, outputTokens));
        Estimate estimate = new Estimate(prompt + outputTokens, cost);
        if (p.permit.isPresent()) {
            p.permit.get().extend(estimate);
        } else {
            p.permit = Optional.of(rooms.admission().admit(p.caller(), estimate));
        }
    }

    void warn(Passage p, String warning) {
        if (p.snapshot.config().server().strict()) {
            throw ChatFailure.of(
                    ChatFailure.Kind.BAD_REQUEST,
                    "Strict mode: " + warning + ". Leave it out, or choose a model that supports it.");
        }
        if (!p.warnings.contains(warning)) {
            p.warnings.add(warning);
        }
    }
}
