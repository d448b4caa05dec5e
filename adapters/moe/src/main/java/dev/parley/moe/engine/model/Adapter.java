package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lays an adapter over a model: matrices that the adapter speaks of are its own, all others are shared with the model. The file is llama.cpp's
 * ({@code general.type = adapter}). For a matrix W of the base it holds either two of low rank, {@code W.lora_a} [rank, columns] and
 * {@code W.lora_b} [rows, rank], which add {@code alpha / rank * B A} (LoRA, arXiv:2106.09685), or W itself anew. For experts each is a stack
 * over them; experts whose part is all zeros stay the base's, so that an adapter of a few experts (ESFT, arXiv:2407.01906) takes the memory of
 * these. Not thread-safe.
 */
final class Adapter {
    private static final String REMEDY = "Make the adapter for this base anew";

    private final GgufFile file;
    private final Tensors tensors;
    private final double alpha;
    private final Set<String> left = new HashSet<>();

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} if the file is no adapter. */
    Adapter(GgufFile file) {
        this.file = file;
        tensors = new Tensors(file);
        left.addAll(file.tensorNames());
        if (!isAdapter(file)) {
            throw file.metadata().fault("general.type", "it is not 'adapter'");
        }
        alpha = file.metadata().has("adapter.lora.alpha") ? file.metadata().real("adapter.lora.alpha") : 0;
    }

    static boolean isAdapter(GgufFile file) {
        return file.metadata().has("general.type")
                && file.metadata().text("general.type").equals("adapter");
    }

    /** The base's weights with the adapter's in their places. Throws {@link dev.parley.moe.engine.gguf.GgufException} for what has no place. */
    Weights over(Weights base) {
        List<Weights.Layer> layers = new ArrayList<>();
        for (int n = 0; n < base.layers().size(); n++) {
            layers.add(layer("blk." + n + ".", base.layers().get(n)));
        }
        Matrix embedding = changed("token_embd", base.embedding());
        Matrix output = tied(base) ? embedding : changed("output", base.output());
        if (!left.isEmpty()) {
            String name = left.stream().sorted().toList().getFirst();
            throw file.fault("tensor " + name, "the base has no matrix for it", REMEDY);
        }
        return new Weights(embedding, layers, base.outputNorm(), output);
    }

    /** Whether one matrix serves as both. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean tied(Weights base) {
        return base.output() == base.embedding();
    }

    private Weights.Layer layer(String at, Weights.Layer base) {
        Weights.Attention attention = switch (base.attention()) {
            case Weights.Heads heads -> heads(at, heads);
            case Weights.Latent latent -> latent(at, latent);
        };
        Weights.FeedForward part = switch (base.feedForward()) {
            case Weights.Dense dense -> dense(at, "", dense);
            case Weights.Experts experts -> experts(at, experts);
        };
        return new Weights.Layer(base.attentionNorm(), attention, base.feedForwardNorm(), part);
    }

    private Weights.Heads heads(String at, Weights.Heads base) {
        return new Weights.Heads(
                changed(at + "attn_q", base.q()),
                changed(at + "attn_k", base.k()),
                changed(at + "attn_v", base.v()),
                changed(at + "attn_output", base.output()),
                base.queryNorm(),
                base.keyNorm(),
                base.sinks(),
                base.window());
    }

    /** What makes keys and values of latents stays the base's. */
    private Weights.Latent latent(String at, Weights.Latent base) {
        return new Weights.Latent(
                base.queryDown()
                        .map(narrowed ->
                                new Weights.Narrowed(changed(at + "attn_q_a", narrowed.down()), narrowed.norm())),
                changed(at + (base.queryDown().isPresent() ? "attn_q_b" : "attn_q"), base.q()),
                changed(at + "attn_kv_a_mqa", base.latent()),
                base.latentNorm(),
                base.keys(),
                base.values(),
                changed(at + "attn_output", base.output()));
    }

    private Weights.Dense dense(String at, String suffix, Weights.Dense base) {
        return new Weights.Dense(
                changed(at + "ffn_gate" + suffix, base.gate()),
                changed(at + "ffn_up" + suffix, base.up()),
                changed(at + "ffn_down" + suffix, base.down()),
                base.clamped());
    }

    private Weights.Experts experts(String at, Weights.Experts base) {
        if (base.experts() instanceof ExpertCache.Layer) {
            throw file.fault("base", "its experts are in a file", "Leave experts_memory out to use adapters");
        }
        List<Weights.Dense> experts = new ArrayList<>();
        for (int e = 0; e < base.experts().size(); e++) {
            Weights.Dense one = base.experts().get(e);
            experts.add(new Weights.Dense(
                    changed(at + "ffn_gate_exps", one.gate(), e),
                    changed(at + "ffn_up_exps", one.up(), e),
                    changed(at + "ffn_down_exps", one.down(), e),
                    one.clamped()));
        }
        List<Weights.Shared> shared = new ArrayList<>();
        for (Weights.Shared one : base.shared()) {
            shared.add(new Weights.Shared(one.gate(), dense(at, "_shexp", one.expert())));
        }
        return new Weights.Experts(
                changed(at + "ffn_gate_inp", base.gate()),
                base.selectionBias(),
                experts,
                base.scale(),
                shared,
                base.nulls());
    }

    private Linear changed(String name, Linear base) {
        return new Linear(changed(name, base.weight()), base.bias());
    }

    private Linear changed(String name, Linear base, int expert) {
        return new Linear(changed(name, base.weight(), expert), base.bias());
    }

    private Matrix changed(String name, Matrix base) {
        return changed(name, base, 0);
    }

    /** The {@code part}-th of a stack of matrices, or the only one. */
    private Matrix changed(String name, Matrix base, int part) {
        String whole = name + ".weight";
        if (left.remove(whole) || file.tensor(whole).isPresent()) {
            float[] values = numbers(whole, part, base.rows(), base.columns());
            return zero(values) ? base : Tensors.matrix(stored(base), values, base.rows(), base.columns());
        }
        String a = whole + ".lora_a";
        String b = whole + ".lora_b";
        if (file.tensor(a).isEmpty() && file.tensor(b).isEmpty()) {
            return base;
        }
        left.remove(a);
        left.remove(b);
        int rank = tensors.rowsOf(a, 1 << 16);
        float[] down = numbers(a, part, rank, base.columns());
        float[] up = numbers(b, part, base.rows(), rank);
        return zero(down) || zero(up) ? base : added(base, down, up, rank);
    }

    /** base + alpha / rank * up down. */
    private Matrix added(Matrix base, float[] down, float[] up, int rank) {
        float scale = (float) (alpha == 0 ? 1 : alpha / rank);
        int columns = base.columns();
        float[] values = new float[base.rows() * columns];
        for (int r = 0; r < base.rows(); r++) {
            base.row(r, values, r * columns);
            for (int k = 0; k < rank; k++) {
                float by = scale * up[r * rank + k];
                for (int c = 0; c < columns; c++) {
                    values[r * columns + c] += by * down[k * columns + c];
                }
            }
        }
        return Tensors.matrix(stored(base), values, base.rows(), columns);
    }

    /** What changed weights are kept in: 8 bits where the base is rounded at all, so that small changes are not lost in its rounding. */
    private static TensorType stored(Matrix base) {
        return base.quantised() ? TensorType.Q8_0 : TensorType.F32;
    }

    private float[] numbers(String name, int part, int rows, int columns) {
        GgufTensor tensor = file.tensor(name).orElseThrow(() -> file.fault("tensor " + name, "it is missing", REMEDY));
        boolean stack = tensor.sizes().size() == 3;
        boolean fits = tensor.sizes().size() <= 3
                && tensor.sizes().get(0) == columns
                && (tensor.sizes().size() == 1 ? rows == 1 : tensor.sizes().get(1) == rows)
                && (stack ? part < tensor.sizes().get(2) : part == 0);
        if (!fits) {
            String wanted = columns + " x " + rows + (part > 0 || stack ? " for each expert" : "");
            throw file.fault(
                    "tensor " + name, "its sizes are " + tensor.sizes() + ", the base wants " + wanted, REMEDY);
        }
        return Tensors.numbers(tensor, (long) part * rows * columns, rows * columns);
    }

    private static boolean zero(float[] values) {
        for (float v : values) {
            if (v != 0) {
                return false;
            }
        }
        return true;
    }
}
