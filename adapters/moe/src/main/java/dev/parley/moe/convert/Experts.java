package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;

/** How many experts there are, and how they are chosen. */
record Experts(Checkpoint checkpoint, Family family) {
    private static final int SOFTMAX = 1;
    private static final int SIGMOID = 2;

    /** Nothing for a dense model; throws {@link IllegalArgumentException} for a choice that is not computed, or that the file could not say. */
    void write(Keys keys) {
        int experts = family.latent()
                ? checkpoint.whole("n_routed_experts")
                : checkpoint.whole(
                        "num_local_experts", checkpoint.whole("num_experts", checkpoint.whole("n_routed_experts", 0)));
        if (experts == 0) {
            return;
        }
        keys.whole("expert_count", experts)
                .whole("expert_used_count", checkpoint.whole("num_experts_per_tok"))
                .whole(
                        "expert_feed_forward_length",
                        checkpoint.whole("moe_intermediate_size", checkpoint.whole("intermediate_size")));
        switch (family) {
            case LLAMA, MISTRAL, MIXTRAL, QWEN2, QWEN3, QWEN3_MOE, OLMOE -> shares();
            case QWEN2_MOE -> {
                shares();
                keys.whole("expert_shared_feed_forward_length", checkpoint.whole("shared_expert_intermediate_size"));
            }
            case DEEPSEEK -> {
                shares();
                deepSeek(keys, 1);
            }
            case DEEPSEEK_V2 -> second(keys);
            case DEEPSEEK_V3 -> third(keys);
        }
    }

    /** Where the name of the architecture means it: whether the weights of the chosen sum to 1. */
    private void shares() {
        boolean sums = checkpoint.config().path("norm_topk_prob").asBoolean(family.sharesOfChosen());
        if (sums != family.sharesOfChosen()) {
            throw new IllegalArgumentException("config.json: norm_topk_prob " + sums
                    + " is not what GGUF's architecture " + family.word() + " means, and cannot be said in the file");
        }
    }

    private void deepSeek(Keys keys, double factor) {
        keys.whole("leading_dense_block_count", checkpoint.whole("first_k_dense_replace", 0))
                .whole("expert_shared_count", checkpoint.whole("n_shared_experts", 0))
                .real(
                        "expert_weights_scale",
                        checkpoint.config().path("routed_scaling_factor").asDouble(factor))
                .whole("vocab_size", checkpoint.whole("vocab_size"));
    }

    /**
     * DeepSeek-V2 (arXiv:2405.04434). {@code group_limited_greedy} compares groups by their best expert, where the engine and llama.cpp
     * compare them by their two best; with {@code norm_topk_prob} DeepSeek's code leaves the factor out, and transformers does not sum.
     */
    private void second(Keys keys) {
        only("topk_method", "greedy");
        only("scoring_func", "softmax");
        only("norm_topk_prob", "false");
        only("moe_layer_freq", "1");
        deepSeek(keys, 1);
        keys.whole("expert_gating_func", SOFTMAX).flag("expert_weights_norm", false);
    }

    /** DeepSeek-V3 (arXiv:2412.19437): sigmoids, groups by their two best experts, a correction that only counts in the choice. */
    private void third(Keys keys) {
        only("topk_method", "noaux_tc");
        only("scoring_func", "sigmoid");
        only("moe_layer_freq", "1");
        deepSeek(keys, 2.5);
        keys.whole("expert_gating_func", SIGMOID)
                .flag(
                        "expert_weights_norm",
                        checkpoint.config().path("norm_topk_prob").asBoolean(true))
                .whole("expert_group_count", checkpoint.whole("n_group"))
                .whole("expert_group_used_count", checkpoint.whole("topk_group"));
    }

    private void only(String field, String computed) {
        JsonNode value = checkpoint.config().path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(computed)) {
            throw new IllegalArgumentException(
                    "config.json: " + field + " " + value.asText() + " is not computed for a "
                            + family.className() + ", only " + computed
                            + "; serve such a model by another server (vLLM, SGLang) over HTTP");
        }
    }
}
