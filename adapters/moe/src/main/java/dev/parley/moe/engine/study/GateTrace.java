package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gate.GateListener;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.util.Arrays;
import java.util.List;

/** The gates' choices for all tokens of one conversation. Not thread-safe while it is read in. */
public final class GateTrace {
    private static final int PIECE = 64;

    private final int[][][] chosen; // [layer][token][...], heaviest first
    private final double[][] share; // [layer][expert], summed over tokens

    private GateTrace(int[][][] chosen, double[][] share) {
        this.chosen = chosen;
        this.share = share;
    }

    /** Choices as given, [layer][token][...], without their weights. */
    static GateTrace of(int[][][] chosen) {
        return new GateTrace(chosen, new double[0][]);
    }

    /** Computes the conversation as it is, its last turn being the assistant's; nothing is generated. */
    public static GateTrace of(Model model, Kernels kernels, List<ChatMessage> messages) {
        int[] tokens = model.template().render(messages);
        ModelShape shape = model.shape();
        GateTrace trace =
                new GateTrace(new int[shape.layers()][tokens.length][], new double[shape.layers()][shape.experts()]);
        Forward forward = new Forward(model, PIECE);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(PIECE);
        for (int from = 0; from < tokens.length; from += PIECE) {
            batch.clear();
            for (int i = from; i < Math.min(tokens.length, from + PIECE); i++) {
                batch.add(cache, i - from, tokens[i]);
                batch.want(trace.at(i)); // else the last layer would not compute it
            }
            forward.run(kernels, batch);
        }
        cache.release();
        return trace;
    }

    private GateListener at(int token) {
        return (layer, mass, picked, count) -> {
            chosen[layer][token] = Arrays.copyOf(picked, count);
            double sum = 0;
            for (int k = 0; k < count; k++) {
                sum += mass[picked[k]];
            }
            for (int k = 0; k < count; k++) {
                share[layer][picked[k]] += mass[picked[k]] / sum;
            }
        };
    }

    public int tokens() {
        return chosen[0].length;
    }

    /** The experts chosen for each token in a layer, [token][...]; not to be changed. */
    int[][] chosen(int layer) {
        return chosen[layer];
    }

    /** The weight with which an expert took part in a layer, summed over all tokens. */
    public double share(int layer, int expert) {
        return share[layer][expert];
    }
}
