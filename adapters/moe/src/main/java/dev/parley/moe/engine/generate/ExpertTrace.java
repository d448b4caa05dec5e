package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.gate.GateListener;
import dev.parley.moe.engine.gate.GateLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Follows one answer's gates. Not thread-safe. */
final class ExpertTrace implements GateListener {
    private final double[] entropy; // [layer]
    private final boolean named;
    private int[] picks = new int[0]; // per token and layer: how many, then which
    private int end;
    private long decisions;
    private long used;

    ExpertTrace(int layers, boolean named) {
        entropy = new double[layers];
        this.named = named;
    }

    @Override
    public void chosen(int layer, float[] mass, int[] picked, int count) {
        entropy[layer] += GateLog.entropy(mass);
        decisions++;
        used += count;
        if (named) {
            if (end + count >= picks.length) {
                picks = Arrays.copyOf(picks, 2 * picks.length + count + 64);
            }
            picks[end++] = count;
            System.arraycopy(picked, 0, picks, end, count);
            end += count;
        }
    }

    ChosenExperts use() {
        int layers = entropy.length;
        int tokens = (int) (decisions / Math.max(1, layers));
        List<Double> means = new ArrayList<>();
        if (decisions > 0) {
            Arrays.stream(entropy).forEach(sum -> means.add(sum / tokens));
        }
        return new ChosenExperts(tokens, decisions == 0 ? 0 : (double) used / decisions, means, chosen(layers));
    }

    private List<List<List<Integer>>> chosen(int layers) {
        List<List<List<Integer>>> tokens = new ArrayList<>();
        List<List<Integer>> token = new ArrayList<>();
        int at = 0;
        while (at < end) {
            int count = picks[at++];
            token.add(Arrays.stream(picks, at, at + count).boxed().toList());
            at += count;
            if (token.size() == layers) {
                tokens.add(List.copyOf(token));
                token.clear();
            }
        }
        return tokens;
    }
}
