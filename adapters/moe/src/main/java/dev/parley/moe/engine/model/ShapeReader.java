package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.tensor.Tensors;

/** Reads the sizes of a model from the keys of its file. */
final class ShapeReader {
    private static final int MOST_HIDDEN = 1 << 20;

    private final GgufMetadata metadata;
    private final Architecture architecture;

    ShapeReader(GgufMetadata metadata, Architecture architecture) {
        this.metadata = metadata;
        this.architecture = architecture;
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for keys that are missing, wrong or mean what is not computed. */
    ModelShape read(Tensors tensors) {
        int width = whole("embedding_length", 1, 1 << 16);
        int query = whole("attention.head_count", 1, 1 << 12);
        int shared = whole("attention.head_count_kv", query, 1, query);
        int size = whole("attention.key_length", Math.max(1, width / query), 1, 1 << 12);
        if (whole("attention.value_length", size, 1, 1 << 12) != size || query % shared != 0) {
            throw fault("attention.head_count_kv", "heads of such sizes are not computed");
        }
        refuse("expert_gating_func", 1);
        int layers = whole("block_count", 1, 1 << 10);
        int experts = whole("expert_count", 0, 0, 1 << 10);
        return new ModelShape(
                architecture.shares(),
                layers,
                whole("context_length", 1, 1 << 24),
                width,
                hidden(tensors, layers),
                new ModelShape.Heads(query, shared, size),
                rope(tensors, size),
                (float) real("attention.layer_norm_rms_epsilon", 1e-5),
                experts,
                experts == 0 ? 0 : whole("expert_used_count", 1, experts),
                tensors.rowsOf("token_embd.weight", 1 << 24));
    }

    private static int hidden(Tensors tensors, int layers) {
        int widest = 1;
        for (int n = 0; n < layers; n++) {
            for (String part : new String[] {"ffn_gate", "ffn_gate_exps", "ffn_gate_shexp"}) {
                String name = "blk." + n + "." + part + ".weight";
                widest = Math.max(widest, tensors.has(name) ? tensors.rowsOf(name, MOST_HIDDEN) : 0);
            }
        }
        return widest;
    }

    private ModelShape.Rope rope(Tensors tensors, int size) {
        int turning = whole("rope.dimension_count", size, 2, size);
        double base = real("rope.freq_base", 10000);
        if (turning % 2 != 0 || base <= 1) {
            throw fault("rope.dimension_count", turning + " with base " + base + " is not possible");
        }
        String divisors = "rope_freqs.weight";
        return new ModelShape.Rope(
                turning,
                base,
                architecture.turning(),
                stretch(),
                tensors.has(divisors) ? tensors.vector(divisors, turning / 2) : new float[0]);
    }

    private ModelShape.Stretch stretch() {
        String type = metadata.has(key("rope.scaling.type")) ? metadata.text(key("rope.scaling.type")) : "none";
        double factor = real("rope.scaling.factor", 1);
        if (factor < 1 || factor > 1e6) {
            throw fault("rope.scaling.factor", factor + " is not within 1 and 1000000");
        }
        return switch (type) {
            case "none" -> ModelShape.Stretch.NONE;
            case "linear" -> new ModelShape.Stretch(false, factor, 1);
            case "yarn" ->
                new ModelShape.Stretch(true, factor, whole("rope.scaling.original_context_length", 1, 1 << 24));
            default -> throw fault("rope.scaling.type", "positions scaled by " + type + " are not computed");
        };
    }

    private String key(String name) {
        return architecture.word() + "." + name;
    }

    private void refuse(String name, int allowed) {
        if (metadata.has(key(name)) && whole(name, 0, 1 << 10) != allowed) {
            throw fault(name, whole(name, 0, 1 << 10) + " is not computed");
        }
    }

    private int whole(String name, int least, int most) {
        return metadata.whole(key(name), least, most);
    }

    private int whole(String name, int absent, int least, int most) {
        return metadata.has(key(name)) ? whole(name, least, most) : absent;
    }

    private double real(String name, double absent) {
        return metadata.has(key(name)) ? metadata.real(key(name)) : absent;
    }

    private RuntimeException fault(String name, String fault) {
        return metadata.fault(key(name), fault);
    }
}
