package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Rotary positions: their base, and how they are stretched beyond the context of training.
 *
 * @param turned numbers of a head that turn
 * @param latent whether the family attends to latents, where GGUF says of YaRN how much sharper attention gets
 */
record Rope(Checkpoint checkpoint, int turned, boolean latent) {
    /** Throws {@link IllegalArgumentException} for a stretching that is not computed, or that the file could not say. */
    void write(Keys keys, Placement place) {
        keys.real("rope.freq_base", base());
        String type =
                checkpoint.rope("rope_type").asText(checkpoint.rope("type").asText("default"));
        double factor = checkpoint.rope("factor").asDouble(1);
        switch (type) {
            case "default" -> {}
            case "linear" -> keys.text("rope.scaling.type", type).real("rope.scaling.factor", factor);
            case "yarn" -> yarn(keys, factor);
            case "llama3" -> slowed(place, factor);
            default -> throw unknown(type);
        }
    }

    private IllegalArgumentException unknown(String type) {
        return new IllegalArgumentException("config.json: rope_scaling of type " + type
                + " is not computed; known are linear, yarn" + (latent ? "" : " and llama3"));
    }

    private double base() {
        JsonNode own = checkpoint.config().path("rope_parameters").path("rope_theta");
        return own.isMissingNode() ? checkpoint.config().path("rope_theta").asDouble(10_000) : own.asDouble();
    }

    private void yarn(Keys keys, double factor) {
        keys.text("rope.scaling.type", "yarn")
                .real("rope.scaling.factor", factor)
                .whole(
                        "rope.scaling.original_context_length",
                        checkpoint
                                .rope("original_max_position_embeddings")
                                .asInt(checkpoint.whole("max_position_embeddings")));
        for (String beta : List.of("beta_fast", "beta_slow")) {
            if (checkpoint.rope(beta).isNumber()) {
                keys.real("rope.scaling.yarn_" + beta, checkpoint.rope(beta).asDouble());
            }
        }
        if (latent) {
            keys.real("rope.scaling.yarn_log_multiplier", 0.1 * sharper());
        }
    }

    /**
     * By how much scores grow with the logarithm of the factor, {@code mscale_all_dim}. What turns grows by the ratio of {@code mscale} to
     * it besides, for which GGUF has no key: 1 in DeepSeek's own models.
     */
    private double sharper() {
        double all = checkpoint.rope("mscale_all_dim").asDouble(0);
        if (all == 0
                || checkpoint.rope("mscale").asDouble(0) != all
                || checkpoint.rope("attention_factor").isNumber()) {
            throw new IllegalArgumentException("config.json: rope_scaling of type yarn with mscale "
                    + checkpoint.rope("mscale").asText("(none)") + " and mscale_all_dim "
                    + checkpoint.rope("mscale_all_dim").asText("(none)")
                    + " cannot be said in the file; it can be where both"
                    + " are the same and not 0, as in DeepSeek's own models, and attention_factor is not given");
        }
        return all;
    }

    private void slowed(Placement place, double factor) {
        if (latent) {
            throw unknown("llama3");
        }
        place.floats("rope_freqs.weight", List.of(turned / 2), divisors(factor));
    }

    /** By how much Llama 3.1 slows each pair down: long waves by the factor, short ones not, those between in part. */
    private float[] divisors(double factor) {
        double low = checkpoint.rope("low_freq_factor").asDouble(1);
        double high = checkpoint.rope("high_freq_factor").asDouble(4);
        double old = checkpoint.rope("original_max_position_embeddings").asDouble(8192);
        float[] divisors = new float[turned / 2];
        for (int i = 0; i < divisors.length; i++) {
            double wave = 2 * Math.PI * Math.pow(base(), 2.0 * i / turned);
            double smooth = Math.clamp((old / wave - low) / (high - low), 0, 1);
            divisors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }
}
