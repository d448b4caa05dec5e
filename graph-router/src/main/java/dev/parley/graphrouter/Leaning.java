package dev.parley.graphrouter;

import dev.parley.config.ModelSpec;
import java.util.List;
import java.util.Map;

/**
 * What a request prefers beside quality, as penalties in points of quality: {@code weight x (1 - merit)} for each attribute. A merit
 * is what the model's card declares of the attribute, else 0.5; {@link #VERBOSITY}, if no card declares it, is told from the predicted
 * length of the answer. Pure. Source: Tryage's flags (Hari and Thomson 2023), their constraints on recency, size,
 * verbosity and security.
 */
public final class Leaning {
    /** Prefers short answers. */
    public static final String VERBOSITY = "verbosity";

    private static final double UNDECLARED = 0.5;

    private Leaning() {}

    /** [models] */
    static double[] penalties(Map<String, Double> lean, List<ModelSpec> models, List<Prediction> predictions) {
        double[] penalties = new double[models.size()];
        if (lean.isEmpty()) {
            return penalties;
        }
        double longest =
                predictions.stream().mapToDouble(Prediction::outputTokens).max().orElse(0);
        for (int m = 0; m < penalties.length; m++) {
            for (Map.Entry<String, Double> wish : lean.entrySet()) {
                double otherwise = wish.getKey().equals(VERBOSITY) && longest > 0
                        ? 1 - predictions.get(m).outputTokens() / longest
                        : UNDECLARED;
                double merit = models.get(m).card().attributes().getOrDefault(wish.getKey(), otherwise);
                penalties[m] += wish.getValue() * (1 - merit);
            }
        }
        return penalties;
    }
}
