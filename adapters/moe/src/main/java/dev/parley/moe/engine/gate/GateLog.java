package dev.parley.moe.engine.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Which experts a model's gates chose, summed over all tokens. One thread writes, any thread reads. */
public final class GateLog {
    private final List<AtomicLongArray> chosen = new ArrayList<>(); // [layer][expert]
    private final List<DoubleAdder> entropy = new ArrayList<>();
    private final List<LongAdder> decisions = new ArrayList<>();

    public GateLog(int layers, int experts) {
        for (int n = 0; n < layers; n++) {
            chosen.add(new AtomicLongArray(experts));
            entropy.add(new DoubleAdder());
            decisions.add(new LongAdder());
        }
    }

    /** A gate gave {@code mass} [experts], summing to 1, of which the first {@code count} of {@code picked} were taken. */
    public void decided(int layer, float[] mass, int[] picked, int count) {
        entropy.get(layer).add(entropy(mass));
        for (int k = 0; k < count; k++) {
            chosen.get(layer).incrementAndGet(picked[k]);
        }
        decisions.get(layer).increment();
    }

    /** In nats. */
    public static double entropy(float[] mass) {
        double nats = 0;
        for (float p : mass) {
            nats -= p > 0 ? p * Math.log(p) : 0;
        }
        return nats;
    }

    public GateSummary summary() {
        List<GateSummary.Layer> layers = new ArrayList<>();
        for (int n = 0; n < chosen.size(); n++) {
            List<Long> counts = new ArrayList<>();
            for (int e = 0; e < chosen.get(n).length(); e++) {
                counts.add(chosen.get(n).get(e));
            }
            long tokens = Math.max(1, decisions.get(n).sum());
            layers.add(new GateSummary.Layer(counts, entropy.get(n).sum() / tokens));
        }
        return new GateSummary(layers);
    }
}
