package dev.parley.moe.upcycle;

import dev.parley.moe.engine.model.Forward.FeedForwardListener;
import java.util.ArrayList;
import java.util.List;

/** Learns every layer's gate while a text is computed: an expert's worth at a token is the root of its neurons' squared contributions. */
final class GateLearner implements FeedForwardListener {
    private final int width;
    private final int neurons;
    private final List<Partition> partitions;
    private final List<float[]> norms;
    private final List<GateFit> fits = new ArrayList<>();

    /**
     * @param norms by layer, of the neurons' output weights
     */
    GateLearner(int width, int neurons, List<Partition> partitions, List<float[]> norms) {
        this.width = width;
        this.neurons = neurons;
        this.partitions = List.copyOf(partitions);
        this.norms = List.copyOf(norms);
        partitions.forEach(p -> fits.add(new GateFit(width, p.experts().size())));
    }

    @Override
    public void computed(int layer, int rows, float[] input, float[] hidden) {
        List<List<Integer>> experts = partitions.get(layer).experts();
        float[] norm = norms.get(layer);
        double[] contribution = new double[experts.size()];
        for (int i = 0; i < rows; i++) {
            for (int e = 0; e < contribution.length; e++) {
                double squares = 0;
                for (int neuron : experts.get(e)) {
                    double c = hidden[i * neurons + neuron] * norm[neuron];
                    squares += c * c;
                }
                contribution[e] = Math.sqrt(squares);
            }
            fits.get(layer).add(input, i * width, contribution);
        }
    }

    float[] gate(int layer, double spread) {
        return fits.get(layer).solve(spread);
    }
}
