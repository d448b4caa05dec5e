package dev.parley.moe.engine;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A model of random weights of any architecture that is computed, as a GGUF file with the keys and tensors llama.cpp asks for. The bytes
 * of a tensor are made when they are written, from a seed of its own, so that large models need little memory.
 */
public final class RandomModel {
    /**
     * @param hidden of an expert, and of a dense part
     * @param experts 0 for a dense model
     */
    public record Sizes(int layers, int width, int hidden, int heads, int shared, int experts, int used) {
        public static final Sizes MIXTURE = new Sizes(3, 256, 256, 4, 2, 8, 2);
        public static final Sizes DENSE = new Sizes(3, 256, 256, 4, 2, 0, 0);

        int headSize() {
            return width / heads;
        }
    }

    /** Larger tensors repeat themselves, so that models for benchmarks are made in seconds. */
    private static final int TILE = 1 << 20;

    /**
     * Bytes, what merges make of them, and control tokens.
     *
     * @param pre name of the pre-tokenizer
     * @param merges pairs of tokens with a space between, in order
     */
    public record Vocabulary(String pre, List<String> merges) {
        static final Vocabulary BYTES = new Vocabulary("gpt-2", List.of());

        /**
         * SentencePiece's.
         *
         * @param pieces the first has the highest score
         */
        public static Vocabulary ofPieces(List<String> pieces) {
            return new Vocabulary("", pieces);
        }

        boolean hasPieces() {
            return pre.isEmpty();
        }

        int size() {
            return Math.ceilDiv(256 + 3 + merges.size() + RandomVocabulary.CONTROL.size(), 32) * 32;
        }
    }

    /** Tokens of a vocabulary without merges. */
    public static final int VOCABULARY = Vocabulary.BYTES.size();

    private final String architecture;
    private final boolean lite; // as DeepSeek-V2-Lite, in a file of before April 2025
    private final Sizes sizes;
    private final TensorType storage;
    private final Vocabulary vocabulary;
    private final long seed;
    private final GgufWriter file = new GgufWriter();

    /**
     * @param architecture as GGUF names it, or {@code deepseek2-lite}, which llama.cpp knows by its 26 or 27 layers
     * @param storage of all matrices but the gates
     */
    public static GgufWriter of(String architecture, Sizes sizes, TensorType storage, long seed) {
        return of(architecture, sizes, storage, Vocabulary.BYTES, seed);
    }

    /** As {@link #of(String, Sizes, TensorType, long)}, with a vocabulary of one's own. */
    public static GgufWriter of(
            String architecture, Sizes sizes, TensorType storage, Vocabulary vocabulary, long seed) {
        RandomModel model = new RandomModel(architecture, sizes, storage, vocabulary, seed);
        model.keys();
        new RandomVocabulary(model.file, vocabulary).write();
        model.tensors();
        return model.file;
    }

    private RandomModel(String architecture, Sizes sizes, TensorType storage, Vocabulary vocabulary, long seed) {
        this.lite = architecture.endsWith("-lite");
        this.architecture = architecture.replace("-lite", "");
        this.sizes = sizes;
        this.storage = storage;
        this.vocabulary = vocabulary;
        this.seed = seed;
    }

    private boolean is(String... names) {
        return List.of(names).contains(architecture);
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private void keys() {
        file.text("general.architecture", architecture)
                .text("general.name", "random-" + architecture)
                .whole(key("block_count"), sizes.layers())
                .whole(key("context_length"), 4096)
                .whole(key("embedding_length"), sizes.width())
                .whole(key("feed_forward_length"), sizes.hidden())
                .whole(key("attention.head_count"), sizes.heads())
                .whole(key("attention.head_count_kv"), shared())
                .real(key("attention.layer_norm_rms_epsilon"), 1e-5f)
                .real(key("rope.freq_base"), 10000);
        if (is("deepseek2")) {
            latent();
        } else {
            file.whole(key("attention.key_length"), sizes.headSize())
                    .whole(key("attention.value_length"), sizes.headSize())
                    .whole(key("rope.dimension_count"), sizes.headSize());
        }
        if (sizes.experts() > 0) {
            file.whole(key("expert_count"), sizes.experts())
                    .whole(key("expert_used_count"), sizes.used())
                    .whole(key("expert_feed_forward_length"), sizes.hidden());
        }
        switch (architecture) {
            case "qwen2moe" -> file.whole(key("expert_shared_feed_forward_length"), 2 * sizes.hidden());
            case "deepseek" ->
                file.whole(key("leading_dense_block_count"), 1)
                        .whole(key("expert_shared_count"), 2)
                        .real(key("expert_weights_scale"), 1.5f)
                        .whole(key("vocab_size"), vocabulary.size());
            case "deepseek2" ->
                file.whole(key("leading_dense_block_count"), 1)
                        .whole(key("expert_shared_count"), 2)
                        .real(key("expert_weights_scale"), 1.5f);
            case "gpt-oss" ->
                file.whole(key("attention.sliding_window"), 24)
                        .text(key("rope.scaling.type"), "yarn")
                        .real(key("rope.scaling.factor"), 8)
                        .whole(key("rope.scaling.original_context_length"), 512);
            default -> {}
        }
    }

    /** OLMoE has as many key heads as query heads; latents are one for all. */
    private int shared() {
        return is("olmoe") || lite ? sizes.heads() : is("deepseek2") ? 1 : sizes.shared();
    }

    /** Numbers of a head's key that are made of the latent; half as many turn, and twice as many are a value's. */
    private int plain() {
        return sizes.headSize();
    }

    private int turned() {
        return sizes.headSize() / 2;
    }

    private int value() {
        return 2 * sizes.headSize();
    }

    /** DeepSeek-V3's ways, or DeepSeek-V2-Lite's. */
    private void latent() {
        int rank = sizes.width();
        file.whole(key("attention.kv_lora_rank"), rank)
                .whole(key("rope.dimension_count"), turned())
                .text(key("rope.scaling.type"), "yarn")
                .real(key("rope.scaling.factor"), 8)
                .whole(key("rope.scaling.original_context_length"), 512);
        if (lite) {
            file.whole(key("attention.key_length"), plain() + turned()).whole(key("attention.value_length"), value());
            return;
        }
        file.whole(key("attention.q_lora_rank"), 2 * rank)
                .whole(key("attention.key_length"), rank + turned())
                .whole(key("attention.value_length"), rank)
                .whole(key("attention.key_length_mla"), plain() + turned())
                .whole(key("attention.value_length_mla"), value())
                .real(key("rope.scaling.yarn_log_multiplier"), 0.0707f)
                .whole(key("expert_gating_func"), 2)
                .flag(key("expert_weights_norm"), true);
        if (sizes.experts() > 2) {
            file.whole(key("expert_group_count"), sizes.experts() / 2)
                    .whole(key("expert_group_used_count"), sizes.experts() / 4);
        }
    }

    private void tensors() {
        int width = sizes.width();
        matrix("token_embd.weight", storage, is("deepseek2") ? 8 : 1, width, vocabulary.size());
        if (is("llama")) {
            vector("rope_freqs.weight", 3, 1, sizes.headSize() / 2);
        }
        for (int n = 0; n < sizes.layers(); n++) {
            String at = "blk." + n + ".";
            vector(at + "attn_norm.weight", 1, 0.2, width);
            if (is("deepseek2")) {
                latent(at);
            } else {
                attention(at);
            }
            vector(at + (is("gpt-oss") ? "post_attention_norm.weight" : "ffn_norm.weight"), 1, 0.2, width);
            if (sizes.experts() == 0 || (is("deepseek", "deepseek2") && n == 0)) {
                parts(at, "", sizes.hidden());
            } else {
                experts(at);
            }
        }
        vector("output_norm.weight", 1, 0.2, width);
        matrix("output.weight", storage, 2, width, vocabulary.size());
    }

    private void attention(String at) {
        int query = sizes.heads() * sizes.headSize();
        int key = shared() * sizes.headSize();
        matrix(at + "attn_q.weight", storage, 1.5, sizes.width(), query);
        matrix(at + "attn_k.weight", storage, 1.5, sizes.width(), key);
        matrix(at + "attn_v.weight", storage, 1, sizes.width(), key);
        matrix(at + "attn_output.weight", storage, 1, query, sizes.width());
        if (is("qwen2", "qwen2moe", "gpt-oss")) {
            vector(at + "attn_q.bias", 0, 0.5, query);
            vector(at + "attn_k.bias", 0, 0.5, key);
            vector(at + "attn_v.bias", 0, 0.5, key);
        }
        if (is("qwen3", "qwen3moe", "olmoe")) {
            boolean all = is("olmoe");
            vector(at + "attn_q_norm.weight", 1, 0.2, all ? query : sizes.headSize());
            vector(at + "attn_k_norm.weight", 1, 0.2, all ? key : sizes.headSize());
        }
        if (is("gpt-oss")) {
            vector(at + "attn_output.bias", 0, 0.2, sizes.width());
            vector(at + "attn_sinks.weight", 0, 2, sizes.heads());
        }
    }

    /**
     * How much a layer adds to the stream, of which embeddings are the larger part then: else small differences would grow through the many
     * layers of the lite form, and tip choices among groups of experts.
     */
    private double added() {
        return is("deepseek2") ? 0.2 : 1;
    }

    private void latent(String at) {
        int width = sizes.width();
        int heads = sizes.heads();
        int rank = sizes.width();
        int query = heads * (plain() + turned());
        matrix(at + "attn_kv_a_mqa.weight", storage, 1.5, width, rank + turned());
        vector(at + "attn_kv_a_norm.weight", 1, 0.2, rank);
        matrix(at + "attn_output.weight", storage, added(), heads * value(), width);
        if (lite) {
            matrix(at + "attn_q.weight", storage, 1.5, width, query);
            matrix(at + "attn_kv_b.weight", storage, 1, rank, heads * (plain() + value()));
            return;
        }
        matrix(at + "attn_q_a.weight", storage, 1, width, 2 * rank);
        vector(at + "attn_q_a_norm.weight", 1, 0.2, 2 * rank);
        matrix(at + "attn_q_b.weight", storage, 1.5, 2 * rank, query);
        TensorType narrow = plain() % storage.blockSize() == 0 ? storage : TensorType.Q8_0;
        matrix(at + "attn_k_b.weight", narrow, 0.5, plain(), rank, heads);
        matrix(at + "attn_v_b.weight", storage, 1, rank, value(), heads);
    }

    private void experts(String at) {
        int[] hidden = {sizes.width(), sizes.hidden(), sizes.experts()};
        int[] back = {sizes.hidden(), sizes.width(), sizes.experts()};
        matrix(at + "ffn_gate_inp.weight", TensorType.F32, 2, sizes.width(), sizes.experts());
        matrix(at + "ffn_gate_exps.weight", storage, 1, hidden);
        matrix(at + "ffn_up_exps.weight", storage, 1, hidden);
        matrix(at + "ffn_down_exps.weight", storage, added(), back);
        if (is("qwen2moe")) {
            vector(at + "ffn_gate_inp_shexp.weight", 0, 0.1, sizes.width());
        }
        if (is("deepseek2") && !lite) {
            vector(at + "exp_probs_b.bias", 0, 0.2, sizes.experts());
        }
        if (is("qwen2moe", "deepseek", "deepseek2")) {
            parts(at, "_shexp", 2 * sizes.hidden());
        }
        if (is("gpt-oss")) {
            vector(at + "ffn_gate_inp.bias", 0, 0.5, sizes.experts());
            vector(at + "ffn_gate_exps.bias", 0, 0.5, sizes.hidden(), sizes.experts());
            vector(at + "ffn_up_exps.bias", 0, 0.5, sizes.hidden(), sizes.experts());
            vector(at + "ffn_down_exps.bias", 0, 0.2, sizes.width(), sizes.experts());
        }
    }

    private void parts(String at, String suffix, int hidden) {
        matrix(at + "ffn_gate" + suffix + ".weight", storage, 1, sizes.width(), hidden);
        matrix(at + "ffn_up" + suffix + ".weight", storage, 1, sizes.width(), hidden);
        matrix(at + "ffn_down" + suffix + ".weight", storage, added(), hidden, sizes.width());
    }

    private void matrix(String name, TensorType type, double scale, int... of) {
        tensor(name, type, 0, scale / Math.sqrt(of[0]), of);
    }

    private void vector(String name, double mean, double deviation, int... of) {
        tensor(name, TensorType.F32, mean, deviation, of);
    }

    private void tensor(String name, TensorType type, double mean, double deviation, int... of) {
        List<Integer> sizesOf = Arrays.stream(of).boxed().toList();
        file.tensor(name, type, sizesOf, () -> bytes(name, type, mean, deviation, of));
    }

    private byte[] bytes(String name, TensorType type, double mean, double deviation, int[] of) {
        SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
        int count = Arrays.stream(of).reduce(1, (a, b) -> a * b);
        if (count > TILE) {
            return repeated(bytes(name, type, mean, deviation, new int[] {TILE}), count / TILE);
        }
        if (type == TensorType.MXFP4) {
            return microscaled(random, deviation, count);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            // Sums of uniform numbers: normal enough, and several times faster than nextGaussian.
            double about = random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble() - 2;
            values[i] = (float) (mean + about * 1.7 * deviation);
        }
        return BlockEncoder.encode(type, values);
    }

    private static byte[] repeated(byte[] tile, int times) {
        byte[] all = new byte[tile.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(tile, 0, all, i * tile.length, tile.length);
        }
        return all;
    }

    /** Random numbers of 4 bits under exponents about the wanted deviation. */
    private static byte[] microscaled(SplittableRandom random, double deviation, int count) {
        byte[] bytes = new byte[count / 32 * 17];
        random.nextBytes(bytes);
        for (int at = 0; at < bytes.length; at += 17) {
            bytes[at] = (byte) (127 + Math.getExponent(deviation / 2) + random.nextInt(2));
        }
        return bytes;
    }
}
