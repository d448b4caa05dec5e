package dev.parley.moe.engine.model;

import java.util.List;

/** How a model's gates have chosen so far. */
public record GateSummary(List<Layer> layers) {
    public GateSummary {
        layers = List.copyOf(layers);
    }

    /**
     * @param tokensByExpert how often each expert was taken
     * @param meanEntropy of the gate's distribution, in nats
     */
    public record Layer(List<Long> tokensByExpert, double meanEntropy) {
        public Layer {
            tokensByExpert = List.copyOf(tokensByExpert);
        }
    }
}
