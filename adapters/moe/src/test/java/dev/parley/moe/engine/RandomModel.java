package dev.parley.moe.engine;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A model of random weights of any architecture that is computed, as a GGUF file with the keys and tensors llama.cpp asks for. The bytes
 * of a tensor are made when they are written, from a seed of its own, so that large models need little memory.
 */
public final class RandomModel {
    private static final String TEMPLATE =
            "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
                    + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

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

    private static final List<String> CONTROL =
            List.of("<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>");

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
            return Math.ceilDiv(256 + 3 + merges.size() + CONTROL.size(), 32) * 32;
        }
    }

    /** Tokens of a vocabulary without merges. */
    public static final int VOCABULARY = Vocabulary.BYTES.size();

    private final String architecture;
    private final Sizes sizes;
    private final TensorType storage;
    private final Vocabulary vocabulary;
    private final long seed;
    private final GgufWriter file = new GgufWriter();

    /**
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
        model.vocabulary();
        model.tensors();
        return model.file;
    }

    private RandomModel(String architecture, Sizes sizes, TensorType storage, Vocabulary vocabulary, long seed) {
        this.architecture = architecture;
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
                .whole(key("attention.key_length"), sizes.headSize())
                .whole(key("attention.value_length"), sizes.headSize())
                .real(key("attention.layer_norm_rms_epsilon"), 1e-5f)
                .whole(key("rope.dimension_count"), sizes.headSize())
                .real(key("rope.freq_base"), 10000);
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
            case "gpt-oss" ->
                file.whole(key("attention.sliding_window"), 24)
                        .text(key("rope.scaling.type"), "yarn")
                        .real(key("rope.scaling.factor"), 8)
                        .whole(key("rope.scaling.original_context_length"), 512);
            default -> {}
        }
    }

    /** OLMoE has as many key heads as query heads. */
    private int shared() {
        return is("olmoe") ? sizes.heads() : sizes.shared();
    }

    private void pieces() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
            types.add(6);
        }
        List<Float> scores = new ArrayList<>(Collections.nCopies(tokens.size(), 0f));
        for (String piece : vocabulary.merges()) {
            tokens.add(piece);
            types.add(1);
            scores.add(-1f * scores.size());
        }
        tokens.addAll(CONTROL);
        while (tokens.size() < vocabulary.size()) {
            tokens.add("<|reserved_" + tokens.size() + "|>");
        }
        while (types.size() < tokens.size()) {
            types.add(3);
            scores.add(0f);
        }
        file.text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", tokens)
                .reals("tokenizer.ggml.scores", scores)
                .wholes("tokenizer.ggml.token_type", types)
                .whole("tokenizer.ggml.bos_token_id", 1)
                .whole("tokenizer.ggml.eos_token_id", 2)
                .whole("tokenizer.ggml.unknown_token_id", 0)
                .text("tokenizer.chat_template", TEMPLATE);
    }

    private void vocabulary() {
        if (vocabulary.hasPieces()) {
            pieces();
            return;
        }
        List<String> tokens = new ArrayList<>(GgufBytes.byteLetters());
        vocabulary.merges().forEach(merge -> tokens.add(merge.replace(" ", "")));
        int plain = tokens.size();
        tokens.addAll(CONTROL);
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            if (i >= tokens.size()) {
                tokens.add("<|reserved_" + i + "|>");
            }
            types.add(i < plain ? 1 : 3);
        }
        file.text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", vocabulary.pre())
                .texts("tokenizer.ggml.tokens", tokens)
                .wholes("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", vocabulary.merges())
                .whole("tokenizer.ggml.eos_token_id", tokens.indexOf("<|end|>"))
                .flag("tokenizer.ggml.add_bos_token", false)
                .text("tokenizer.chat_template", TEMPLATE);
    }

    private void tensors() {
        int width = sizes.width();
        matrix("token_embd.weight", storage, 1, width, vocabulary.size());
        if (is("llama")) {
            vector("rope_freqs.weight", 3, 1, sizes.headSize() / 2);
        }
        for (int n = 0; n < sizes.layers(); n++) {
            String at = "blk." + n + ".";
            vector(at + "attn_norm.weight", 1, 0.2, width);
            attention(at);
            vector(at + (is("gpt-oss") ? "post_attention_norm.weight" : "ffn_norm.weight"), 1, 0.2, width);
            if (sizes.experts() == 0 || (is("deepseek") && n == 0)) {
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

    private void experts(String at) {
        int[] hidden = {sizes.width(), sizes.hidden(), sizes.experts()};
        int[] back = {sizes.hidden(), sizes.width(), sizes.experts()};
        matrix(at + "ffn_gate_inp.weight", TensorType.F32, 2, sizes.width(), sizes.experts());
        matrix(at + "ffn_gate_exps.weight", storage, 1, hidden);
        matrix(at + "ffn_up_exps.weight", storage, 1, hidden);
        matrix(at + "ffn_down_exps.weight", storage, 1, back);
        if (is("qwen2moe")) {
            vector(at + "ffn_gate_inp_shexp.weight", 0, 0.1, sizes.width());
        }
        if (is("qwen2moe", "deepseek")) {
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
        matrix(at + "ffn_down" + suffix + ".weight", storage, 1, hidden, sizes.width());
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
