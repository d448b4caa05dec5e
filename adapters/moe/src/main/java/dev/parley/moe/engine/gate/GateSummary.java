package dev.parley.moe.engine.gate;

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

        /** Share of all choices that fell on the most chosen expert: {@code 1 / experts} is balance; 0 before any choice. */
        public double busiestShare() {
            long all = tokensByExpert.stream().mapToLong(Long::longValue).sum();
            long most = tokensByExpert.stream().mapToLong(Long::longValue).max().orElse(0);
            return all == 0 ? 0 : (double) most / all;
        }
    }
}
