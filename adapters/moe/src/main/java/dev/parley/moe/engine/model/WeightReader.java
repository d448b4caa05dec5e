package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Takes the weights of a model out of the tensors of its file, by llama.cpp's names. */
final class WeightReader {
    private static final int MOST_HIDDEN = 1 << 20;
    private static final float[] NOTHING = {};

    private final Architecture architecture;
    private final Tensors tensors;
    private final ModelShape shape;
    private final int window;
    private final float scale;
    private final Optional<ExpertCache> cache;

    WeightReader(
            GgufMetadata metadata,
            Architecture architecture,
            Tensors tensors,
            ModelShape shape,
            Optional<ExpertCache> cache) {
        this.cache = cache;
        this.architecture = architecture;
        this.tensors = tensors;
        this.shape = shape;
        String windowKey = architecture.word() + ".attention.sliding_window";
        window = metadata.has(windowKey) ? metadata.whole(windowKey, 0, 1 << 24) : 0;
        String scaleKey = architecture.word() + ".expert_weights_scale";
        double asked = metadata.has(scaleKey) ? metadata.real(scaleKey) : 1;
        scale = asked == 0 ? 1 : (float) asked;
    }

    Weights read() {
        Matrix embedding = tensors.matrix("token_embd.weight", shape.vocabulary(), shape.width());
        List<Weights.Layer> layers = new ArrayList<>();
        for (int n = 0; n < shape.layers(); n++) {
            layers.add(layer(n, "blk." + n + "."));
        }
        float[] norm = tensors.vector("output_norm.weight", shape.width());
        boolean tied = !tensors.has("output.weight");
        Matrix output = tied ? embedding : tensors.matrix("output.weight", shape.vocabulary(), shape.width());
        return new Weights(embedding, layers, norm, output);
    }

    private Weights.Layer layer(int n, String at) {
        return new Weights.Layer(
                tensors.vector(at + "attn_norm.weight", shape.width()),
                attention(n, at),
                tensors.vector(at + architecture.feedForwardNorm(), shape.width()),
                tensors.has(at + "ffn_gate_exps.weight") ? experts(at) : dense(at, ""));
    }

    private Weights.Attention attention(int n, String at) {
        return switch (shape.attention()) {
            case ModelShape.Heads heads -> heads(n, at, heads);
            case ModelShape.Latent latent -> latent(at, latent);
        };
    }

    private Weights.Heads heads(int n, String at, ModelShape.Heads heads) {
        return new Weights.Heads(
                linear(at + "attn_q", heads.queryWidth(), shape.width()),
                linear(at + "attn_k", heads.sharedWidth(), shape.width()),
                linear(at + "attn_v", heads.sharedWidth(), shape.width()),
                linear(at + "attn_output", shape.width(), heads.queryWidth()),
                headNorm(at + "attn_q_norm.weight", heads.queryWidth(), heads.size()),
                headNorm(at + "attn_k_norm.weight", heads.sharedWidth(), heads.size()),
                optional(at + "attn_sinks.weight", heads.query()),
                architecture.windowed(n) ? window : 0);
    }

    /** Over all heads of a row (OLMoE), else over each. */
    private float[] headNorm(String name, int all, int each) {
        return optional(name, architecture == Architecture.OLMOE ? all : each);
    }

    private Weights.Latent latent(String at, ModelShape.Latent sizes) {
        int query = sizes.heads() * sizes.size();
        int rank = sizes.queryRank();
        Linear q = rank > 0 ? linear(at + "attn_q_b", query, rank) : linear(at + "attn_q", query, shape.width());
        List<Linear> keys = new ArrayList<>();
        List<Linear> values = new ArrayList<>();
        if (tensors.has(at + "attn_k_b.weight")) {
            stack(at + "attn_k_b", keys, sizes.rank(), sizes.plain());
            stack(at + "attn_v_b", values, sizes.value(), sizes.rank());
        } else {
            split(at + "attn_kv_b", keys, values, sizes);
        }
        return new Weights.Latent(
                rank > 0 ? Optional.of(narrowed(at, rank)) : Optional.empty(),
                q,
                linear(at + "attn_kv_a_mqa", sizes.width(), shape.width()),
                tensors.vector(at + "attn_kv_a_norm.weight", sizes.rank()),
                keys,
                values,
                linear(at + "attn_output", shape.width(), sizes.heads() * sizes.value()));
    }

    private Weights.Narrowed narrowed(String at, int rank) {
        return new Weights.Narrowed(
                linear(at + "attn_q_a", rank, shape.width()), tensors.vector(at + "attn_q_a_norm.weight", rank));
    }

    private void stack(String name, List<Linear> matrices, int rows, int columns) {
        int heads = ((ModelShape.Latent) shape.attention()).heads();
        IntFunction<Matrix> stacked = tensors.matrices(name + ".weight", heads, rows, columns);
        for (int h = 0; h < heads; h++) {
            matrices.add(Linear.plain(stacked.apply(h)));
        }
    }

    /** Files of before April 2025 hold both in one matrix, keys the other way round: kept in full precision, since rounding anew would cost. */
    private void split(String name, List<Linear> keys, List<Linear> values, ModelShape.Latent sizes) {
        int each = sizes.plain() + sizes.value();
        Matrix both = tensors.matrix(name + ".weight", sizes.heads() * each, sizes.rank());
        float[] row = new float[sizes.rank()];
        for (int h = 0; h < sizes.heads(); h++) {
            float[] key = new float[sizes.rank() * sizes.plain()];
            for (int r = 0; r < sizes.plain(); r++) {
                both.row(h * each + r, row, 0);
                for (int c = 0; c < sizes.rank(); c++) {
                    key[c * sizes.plain() + r] = row[c];
                }
            }
            float[] value = new float[sizes.value() * sizes.rank()];
            for (int r = 0; r < sizes.value(); r++) {
                both.row(h * each + sizes.plain() + r, value, r * sizes.rank());
            }
            keys.add(Linear.plain(new Matrix.F32(key, sizes.rank(), sizes.plain())));
            values.add(Linear.plain(new Matrix.F32(value, sizes.value(), sizes.rank())));
        }
    }

    private Weights.Dense dense(String at, String suffix) {
        int hidden = tensors.rowsOf(at + "ffn_gate" + suffix + ".weight", MOST_HIDDEN);
        return new Weights.Dense(
                linear(at + "ffn_gate" + suffix, hidden, shape.width()),
                linear(at + "ffn_up" + suffix, hidden, shape.width()),
                linear(at + "ffn_down" + suffix, shape.width(), hidden),
                false);
    }

    private Weights.Experts experts(String at) {
        int hidden = tensors.rowsOf(at + "ffn_gate_exps.weight", MOST_HIDDEN);
        IntFunction<Linear> gate = linears(at + "ffn_gate_exps", hidden, shape.width());
        IntFunction<Linear> up = linears(at + "ffn_up_exps", hidden, shape.width());
        IntFunction<Linear> down = linears(at + "ffn_down_exps", shape.width(), hidden);
        IntFunction<Weights.Dense> load =
                e -> new Weights.Dense(gate.apply(e), up.apply(e), down.apply(e), architecture.clamped());
        List<Weights.Dense> experts = cache.<List<Weights.Dense>>map(c -> c.layer(shape.experts(), load))
                .orElseGet(
                        () -> IntStream.range(0, shape.experts()).mapToObj(load).toList());
        return new Weights.Experts(
                linear(at + "ffn_gate_inp", shape.experts(), shape.width()),
                optional(at + "exp_probs_b.bias", shape.experts()),
                experts,
                scale,
                shared(at),
                nulls(tensors, at));
    }

    /** The experts of a layer that give zeros whatever they are given; the layer has a mixture. */
    static Set<Integer> nulls(Tensors tensors, String at) {
        String down = at + "ffn_down_exps";
        return tensors.has(down + ".bias") ? Set.of() : tensors.zeros(down + ".weight");
    }

    private List<Weights.Shared> shared(String at) {
        if (!tensors.has(at + "ffn_gate_shexp.weight")) {
            return List.of();
        }
        return List.of(
                new Weights.Shared(optional(at + "ffn_gate_inp_shexp.weight", shape.width()), dense(at, "_shexp")));
    }

    private Linear linear(String name, int rows, int columns) {
        return new Linear(tensors.matrix(name + ".weight", rows, columns), optional(name + ".bias", rows));
    }

    /** One for each expert. */
    private IntFunction<Linear> linears(String name, int rows, int columns) {
        IntFunction<Matrix> weights = tensors.matrices(name + ".weight", shape.experts(), rows, columns);
        String biasName = name + ".bias";
        if (!tensors.has(biasName)) {
            return e -> Linear.plain(weights.apply(e));
        }
        Matrix biases = tensors.matrix(biasName, shape.experts(), rows);
        return e -> {
            float[] bias = new float[rows];
            biases.row(e, bias, 0);
            return new Linear(weights.apply(e), bias);
        };
    }

    private float[] optional(String name, int size) {
        return tensors.has(name) ? tensors.vector(name, size) : NOTHING;
    }
}
