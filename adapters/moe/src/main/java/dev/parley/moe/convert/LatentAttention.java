package dev.parley.moe.convert;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434), written as llama.cpp's conversion/deepseek.py does: keys and values as the
 * latent's, which all heads share, and what makes a head's own of it in two stacks, keys the other way round.
 *
 * @param rank of the latent
 * @param queryRank of what queries are made of; 0 for the whole stream
 * @param plain numbers of a head's query and key that do not turn
 * @param turned numbers of a head's query and key that turn
 * @param value numbers of a head's value
 * @param halves whether those that turn together lie half apart, and not side by side as in DeepSeek's own models
 */
record LatentAttention(int heads, int rank, int queryRank, int plain, int turned, int value, boolean halves)
        implements AttentionKind {
    static LatentAttention of(Checkpoint checkpoint) {
        return new LatentAttention(
                checkpoint.whole("num_attention_heads"),
                checkpoint.whole("kv_lora_rank"),
                checkpoint.whole("q_lora_rank", 0),
                checkpoint.whole("qk_nope_head_dim"),
                checkpoint.whole("qk_rope_head_dim"),
                checkpoint.whole("v_head_dim"),
                !checkpoint.config().path("rope_interleave").asBoolean(true));
    }

    @Override
    public void keys(Keys keys) {
        keys.whole("attention.head_count", heads)
                .whole("attention.head_count_kv", 1)
                .whole("attention.kv_lora_rank", rank)
                .whole("attention.key_length", rank + turned)
                .whole("attention.value_length", rank)
                .whole("attention.key_length_mla", plain + turned)
                .whole("attention.value_length_mla", value)
                .whole("rope.dimension_count", turned);
        if (queryRank > 0) {
            keys.whole("attention.q_lora_rank", queryRank);
        }
    }

    /** Without biases ({@code attention_bias}), for which llama.cpp has no place. */
    @Override
    public void layer(Placement place, String to, String from) {
        if (queryRank > 0) {
            place.matrix(to + "attn_q_a.weight", from + "q_a_proj.weight");
            place.vector(to + "attn_q_a_norm.weight", from + "q_a_layernorm.weight");
        }
        String query = queryRank > 0 ? "q_b" : "q";
        rotary(place, to + "attn_" + query + ".weight", from + query + "_proj.weight", plain);
        rotary(place, to + "attn_kv_a_mqa.weight", from + "kv_a_proj_with_mqa.weight", rank);
        place.vector(to + "attn_kv_a_norm.weight", from + "kv_a_layernorm.weight");
        place.matrix(to + "attn_output.weight", from + "o_proj.weight");
        split(place, to, from + "kv_b_proj.weight");
    }

    private void rotary(Placement place, String to, String from, int still) {
        List<Integer> shape = place.shape(from, 2);
        place.rearranged(
                to,
                from,
                shape.reversed(),
                halves ? AttentionKind.neighbours(still + turned, still, shape.getLast()) : UnaryOperator.identity());
    }

    private void split(Placement place, String to, String from) {
        List<Integer> shape = place.shape(from, 2);
        if (!shape.equals(List.of(heads * (plain + value), rank))) {
            throw new IllegalArgumentException(
                    "tensor " + from + " is of the form " + shape + ", but config.json means ["
                            + heads * (plain + value) + ", " + rank
                            + "] (num_attention_heads x (qk_nope_head_dim + v_head_dim),"
                            + " kv_lora_rank): take both from the same model");
        }
        place.rearranged(to + "attn_k_b.weight", from, List.of(plain, rank, heads), this::keysOf);
        place.rearranged(to + "attn_v_b.weight", from, List.of(rank, value, heads), this::valuesOf);
    }

    /** [heads, rank, plain] of [heads, plain + value, rank]. */
    private float[] keysOf(float[] both) {
        float[] keys = new float[heads * rank * plain];
        for (int h = 0; h < heads; h++) {
            for (int p = 0; p < plain; p++) {
                for (int r = 0; r < rank; r++) {
                    keys[(h * rank + r) * plain + p] = both[(h * (plain + value) + p) * rank + r];
                }
            }
        }
        return keys;
    }

    /** [heads, value, rank] of [heads, plain + value, rank]. */
    private float[] valuesOf(float[] both) {
        int size = value * rank;
        float[] values = new float[heads * size];
        for (int h = 0; h < heads; h++) {
            System.arraycopy(both, h * (plain + value) * rank + plain * rank, values, h * size, size);
        }
        return values;
    }
}
