package dev.parley.moe.convert;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Attention heads, all of whose numbers turn.
 *
 * @param heads of queries
 * @param shared heads of keys and values
 * @param size of a head
 * @param reordered whether GGUF turns others together than transformers
 */
record HeadAttention(int heads, int shared, int size, boolean reordered) implements AttentionKind {
    static HeadAttention of(Checkpoint checkpoint, Family family) {
        int heads = checkpoint.whole("num_attention_heads");
        return new HeadAttention(
                heads,
                checkpoint.whole("num_key_value_heads", heads),
                checkpoint.whole("head_dim", checkpoint.whole("hidden_size") / heads),
                family.turnsNeighbours());
    }

    @Override
    public int turned() {
        return size;
    }

    @Override
    public void keys(Keys keys) {
        keys.whole("attention.head_count", heads)
                .whole("attention.head_count_kv", shared)
                .whole("attention.key_length", size)
                .whole("attention.value_length", size)
                .whole("rope.dimension_count", size);
    }

    @Override
    public void layer(Placement place, String to, String from) {
        turned(place, to + "attn_q", from + "q_proj", heads);
        turned(place, to + "attn_k", from + "k_proj", shared);
        place.linear(to + "attn_v", from + "v_proj");
        place.linear(to + "attn_output", from + "o_proj");
        place.optional(to + "attn_q_norm.weight", from + "q_norm.weight");
        place.optional(to + "attn_k_norm.weight", from + "k_norm.weight");
    }

    private void turned(Placement place, String to, String from, int count) {
        if (!reordered) {
            place.linear(to, from);
            return;
        }
        List<Integer> shape = place.shape(from + ".weight", 2);
        int rows = shape.getFirst() / count;
        UnaryOperator<float[]> order = AttentionKind.neighbours(rows, 0, shape.getLast());
        place.rearranged(to + ".weight", from + ".weight", shape.reversed(), order);
        if (place.has(from + ".bias")) {
            place.vector(to + ".bias", from + ".bias", AttentionKind.neighbours(rows, 0, 1));
        }
    }
}
