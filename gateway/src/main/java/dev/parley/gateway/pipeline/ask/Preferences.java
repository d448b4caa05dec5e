package dev.parley.gateway.pipeline.ask;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What a request prefers beyond its policy. They arrange a plan of one model and its fallbacks; the models left out by the policy's
 * limits or the request's needs stay out. Pure.
 */
public final class Preferences {
    private static final int FALLBACKS = 2;

    private Preferences() {}

    /** The backends of {@code provider.order} first, in that order; within one, and after them, as the policy ranks. */
    public static Decision ordered(Decision decision, ToIntFunction<ModelId> place) {
        List<ModelId> models = decision.predictions().stream()
                .map(Prediction::model)
                .sorted(Comparator.comparingInt(place))
                .limit(FALLBACKS + 1)
                .toList();
        return with(decision, models, "first by provider.order");
    }

    /** The model that the session spoke with first, if it can serve the request. */
    public static Decision held(Decision decision, Optional<ModelId> last) {
        Optional<ModelId> able = last.filter(
                id -> decision.predictions().stream().anyMatch(p -> p.model().equals(id)));
        if (able.isEmpty()) {
            return decision;
        }
        List<ModelId> models = new ArrayList<>(decision.plan().models());
        models.remove(able.get());
        models.addFirst(able.get());
        return with(decision, models.subList(0, Math.min(models.size(), FALLBACKS + 1)), "kept inside a tool loop");
    }

    /** The client's own fallbacks in place of ours. */
    public static Decision fallingBackTo(Decision decision, List<ModelId> fallbacks) {
        List<ModelId> models = new ArrayList<>(fallbacks);
        models.remove(decision.selected());
        models.addFirst(decision.selected());
        return with(decision, models, "");
    }

    public static Decision withoutFallbacks(Decision decision) {
        return with(decision, List.of(decision.selected()), "");
    }

    private static Decision with(Decision d, List<ModelId> models, String why) {
        boolean moved = !models.getFirst().equals(d.selected());
        return new Decision(
                new Plan.Single(models.getFirst(), models.subList(1, models.size())),
                d.predictions(),
                d.excluded(),
                moved ? models.getFirst() + ": " + why + "; by the policy alone " + d.reason() : d.reason(),
                moved ? 1 : d.propensity(), // whoever would have been drawn, the request itself decided
                d.router(),
                d.tier(),
                d.policy(),
                d.snapshot());
    }
}
