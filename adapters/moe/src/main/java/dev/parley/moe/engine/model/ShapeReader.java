package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.Gating;
import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.tensor.Tensors;

/** Reads the sizes of a model from the keys of its file. */
final class ShapeReader {
    private static final int MOST_HIDDEN = 1 << 20;
    /** What llama.cpp calls the sigmoid. */
    private static final int SIGMOID = 2;

    private static final String OWN_KEY = "attention.key_length_mla";
    private static final String OWN_VALUE = "attention.value_length_mla";
    private static final String LOG_MULTIPLIER = "rope.scaling.yarn_log_multiplier";

    private final GgufMetadata metadata;
    private final Architecture architecture;

    ShapeReader(GgufMetadata metadata, Architecture architecture) {
        this.metadata = metadata;
        this.architecture = architecture;
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for keys that are missing, wrong or mean what is not computed. */
    ModelShape read(Tensors tensors) {
        int layers = whole("block_count", 1, 1 << 10);
        int experts = whole("expert_count", 0, 0, 1 << 10);
        int used = experts == 0 ? 0 : whole("expert_used_count", 1, experts);
        ModelShape.Attention attention = architecture.latent() ? latent() : heads();
        return new ModelShape(
                gating(experts, used),
                layers,
                whole("context_length", 1, 1 << 24),
                width(),
                hidden(tensors, layers),
                attention,
                rope(tensors, attention),
                (float) real("attention.layer_norm_rms_epsilon", 1e-5),
                experts,
                used,
                tensors.rowsOf("token_embd.weight", 1 << 24));
    }

    private int width() {
        return whole("embedding_length", 1, 1 << 16);
    }

    private ModelShape.Heads heads() {
        int query = whole("attention.head_count", 1, 1 << 12);
        int shared = whole("attention.head_count_kv", query, 1, query);
        int size = whole("attention.key_length", Math.max(1, width() / query), 1, 1 << 12);
        if (whole("attention.value_length", size, 1, 1 << 12) != size || query % shared != 0) {
            throw fault("attention.head_count_kv", "heads of such sizes are not computed");
        }
        return new ModelShape.Heads(query, shared, size);
    }

    /** Newer files give the kept latent's sizes as those of keys and values, and the heads' own apart. */
    private ModelShape.Latent latent() {
        if (real("attention.temperature_scale", 0) != 0) {
            throw fault("attention.temperature_scale", "attention that cools down with the position is not computed");
        }
        int key = whole(metadata.has(key(OWN_KEY)) ? OWN_KEY : "attention.key_length", 1, 1 << 12);
        int value = whole(metadata.has(key(OWN_VALUE)) ? OWN_VALUE : "attention.value_length", 1, 1 << 12);
        int turned = whole("rope.dimension_count", 2, 1 << 12);
        if (turned >= key) {
            throw fault("rope.dimension_count", turned + " numbers of a head of " + key + " cannot turn");
        }
        ModelShape.Stretch stretch = stretch();
        double sharper = stretch.yarn() ? 1 + real(LOG_MULTIPLIER, 0.1) * Math.log(stretch.factor()) : 1;
        return new ModelShape.Latent(
                whole("attention.head_count", 1, 1 << 12),
                whole("attention.kv_lora_rank", 1, 1 << 16),
                whole("attention.q_lora_rank", 0, 0, 1 << 16),
                key - turned,
                turned,
                value,
                (float) (sharper * sharper / Math.sqrt(key)));
    }

    private Gating gating(int experts, int used) {
        if (architecture.shares() != Architecture.Shares.AS_SAID) {
            refuse("expert_gating_func", 1);
            refuse("expert_group_count", 1);
            return Gating.softmax(architecture.shares() == Architecture.Shares.OF_CHOSEN);
        }
        int groups = Math.max(1, whole("expert_group_count", 1, 0, Math.max(1, experts / 2)));
        int groupsUsed = groups == 1 ? 1 : whole("expert_group_used_count", 1, groups);
        if (experts % groups != 0 || experts / groups * groupsUsed < used) {
            throw fault("expert_group_count", experts + " experts in " + groups + " groups are not possible");
        }
        boolean sums = metadata.has(key("expert_weights_norm")) && metadata.flag(key("expert_weights_norm"));
        return new Gating(whole("expert_gating_func", 1, 0, 2) == SIGMOID, sums, groups, groupsUsed);
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

    private ModelShape.Rope rope(Tensors tensors, ModelShape.Attention attention) {
        int turning = switch (attention) {
            case ModelShape.Heads heads -> whole("rope.dimension_count", heads.size(), 2, heads.size());
            case ModelShape.Latent latent -> latent.turned();
        };
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
            case "linear" -> ModelShape.Stretch.linear(factor);
            case "yarn" -> yarn(factor);
            default -> throw fault("rope.scaling.type", "positions scaled by " + type + " are not computed");
        };
    }

    private ModelShape.Stretch yarn(double factor) {
        double often = real("rope.scaling.yarn_beta_fast", 32);
        double seldom = real("rope.scaling.yarn_beta_slow", 1);
        if (often <= 0 || seldom <= 0) {
            throw fault("rope.scaling.yarn_beta_slow", seldom + " and " + often + " turns are not possible");
        }
        // Where a file gives a multiplier, all scores are made larger by it and not only those of what turns.
        boolean apart = architecture.latent() && metadata.has(key(LOG_MULTIPLIER));
        float magnitude = apart ? 1 : (float) (1 + 0.1 * Math.log(factor));
        int context = whole("rope.scaling.original_context_length", 1, 1 << 24);
        return new ModelShape.Stretch(true, factor, context, often, seldom, magnitude);
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
