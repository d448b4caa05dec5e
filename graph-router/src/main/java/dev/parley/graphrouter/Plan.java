package dev.parley.graphrouter;

import dev.parley.config.ModelId;
import java.util.List;
import java.util.stream.Stream;

/** Which models are called and how their answers become one. A value: logged, replayed, simulated, A/B-tested. */
public sealed interface Plan {
    /** All models the plan may call, first choice first. */
    List<ModelId> models();

    /** One model; the fallbacks are tried in order only if it fails before its first byte. */
    record Single(ModelId model, List<ModelId> fallbacks) implements Plan {
        public Single {
            fallbacks = List.copyOf(fallbacks);
        }

        @Override
        public List<ModelId> models() {
            if (fallbacks.isEmpty()) {
                return List.of(model);
            }
            return Stream.concat(Stream.of(model), fallbacks.stream()).toList();
        }
    }

    /**
     * Models from cheap to strong; an answer is kept as soon as its confidence, the smallest probability of its tokens, reaches the
     * threshold, above 1 never. Source: FrugalGPT (Chen et al. 2023).
     */
    record Cascade(List<ModelId> models, double acceptThreshold) implements Plan {
        public Cascade {
            models = List.copyOf(models);
        }
    }

    /** All models at once, one answer by aggregation. */
    record FanOut(List<ModelId> models, Aggregation aggregation) implements Plan {
        public FanOut {
            models = List.copyOf(models);
        }
    }

    /** How the answers of a fan-out become one. */
    enum Aggregation {
        /** The first whole answer wins; the others are cancelled. */
        FIRST,
        /** Majority of normalised answers; ties go to the higher predicted quality. Source: self-consistency (Wang et al. 2022). */
        VOTE,
        /** The model predicted best is asked which answer is best. Source: LLM-as-a-judge (Zheng et al. 2023). */
        JUDGE,
        /** The model predicted best writes one answer out of all. Source: Mixture-of-Agents (Wang et al. 2024). */
        SYNTHESIZE
    }
}
