package dev.parley.moe.upcycle;

import dev.parley.moe.engine.model.Forward.FeedForwardListener;
import java.util.ArrayList;
import java.util.List;

/** Keeps what every neuron of every layer gave for the first tokens of a text, in half precision. */
final class Observed implements FeedForwardListener {
    private final int neurons;
    private final int samples;
    private final List<short[]> values = new ArrayList<>(); // by layer, [sample, neuron]
    private final int[] seen; // by layer

    Observed(int layers, int neurons, int samples) {
        this.neurons = neurons;
        this.samples = samples;
        seen = new int[layers];
        for (int n = 0; n < layers; n++) {
            values.add(new short[Math.multiplyExact(samples, neurons)]);
        }
    }

    @Override
    public void computed(int layer, int rows, float[] input, float[] hidden) {
        short[] kept = values.get(layer);
        int taken = Math.min(rows, samples - seen[layer]);
        for (int i = 0; i < taken * neurons; i++) {
            kept[seen[layer] * neurons + i] = Float.floatToFloat16(hidden[i]);
        }
        seen[layer] += taken;
    }

    /**
     * How much each neuron added to the output, [neuron][sample].
     *
     * @param norms of the neurons' output weights
     */
    float[][] contributions(int layer, float[] norms) {
        short[] kept = values.get(layer);
        float[][] all = new float[neurons][seen[layer]];
        for (int t = 0; t < seen[layer]; t++) {
            for (int i = 0; i < neurons; i++) {
                all[i][t] = Math.abs(Float.float16ToFloat(kept[t * neurons + i])) * norms[i];
            }
        }
        return all;
    }
}
