package dev.parley.moe.engine.model;

import dev.parley.moe.engine.text.ChatTemplate;
import dev.parley.moe.engine.text.Tokenizer;
import java.util.Set;

/** A loaded model. Immutable, thread-safe. */
public final class Model {
    private final ModelProfile profile;
    private final ModelShape shape;
    private final Weights weights;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;

    Model(ModelProfile profile, ModelShape shape, Weights weights, Text text) {
        this.profile = profile;
        this.shape = shape;
        this.weights = weights;
        this.tokenizer = text.tokenizer();
        this.template = text.template();
    }

    record Text(Tokenizer tokenizer, ChatTemplate template) {}

    public ModelProfile profile() {
        return profile;
    }

    public ModelShape shape() {
        return shape;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    public ChatTemplate template() {
        return template;
    }

    /** The experts of a layer that compute nothing; empty for most models, and for a layer without experts. */
    public Set<Integer> nullExperts(int layer) {
        return weights.layers().get(layer).feedForward() instanceof Weights.Experts experts
                ? experts.nulls()
                : Set.of();
    }

    Weights weights() {
        return weights;
    }
}
