package dev.parley.moe.engine;

import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A llama of random weights, as a GGUF file, and the same weights as doubles for the reference. */
public final class TinyModel {
    /** ggml's numbers of the storages a tiny model can have. */
    public enum Storage {
        F32(0),
        F16(1),
        Q4_0(2),
        Q8_0(8),
        BF16(30);

        private final int id;

        Storage(int id) {
            this.id = id;
        }
    }

    /** Sizes; experts 0 makes it dense. */
    public record Sizes(int layers, int width, int hidden, int heads, int shared, int experts, int used, int context) {
        public static final Sizes MIXTURE = new Sizes(2, 64, 96, 4, 4, 5, 2, 200);
        public static final Sizes DENSE = new Sizes(2, 64, 96, 4, 2, 0, 0, 200);

        public int kvWidth() {
            return width / heads * shared;
        }
    }

    public static final int VOCABULARY = 288;
    public static final int END = 257;
    private static final String TEMPLATE =
            "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
                    + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    public final Sizes sizes;
    public final Map<String, double[]> weights = new HashMap<>();
    private final GgufBytes file = new GgufBytes();
    private final SplittableRandom random;
    private final Storage storage;

    private TinyModel(Sizes sizes, Storage storage, long seed) {
        this.sizes = sizes;
        this.storage = storage;
        random = new SplittableRandom(seed);
        keys();
        tensors();
    }

    public static TinyModel of(Sizes sizes, Storage storage, long seed) {
        return new TinyModel(sizes, storage, seed);
    }

    public byte[] bytes() {
        return file.bytes();
    }

    public Model load() {
        return ModelLoader.load("tiny.gguf", bytes());
    }

    private void keys() {
        file.text("general.architecture", "llama")
                .text("general.name", "tiny")
                .whole("llama.block_count", sizes.layers())
                .whole("llama.context_length", sizes.context())
                .whole("llama.embedding_length", sizes.width())
                .whole("llama.feed_forward_length", sizes.hidden())
                .whole("llama.attention.head_count", sizes.heads())
                .whole("llama.attention.head_count_kv", sizes.shared())
                .real("llama.attention.layer_norm_rms_epsilon", 1e-5)
                .whole("llama.rope.dimension_count", sizes.width() / sizes.heads())
                .real("llama.rope.freq_base", 10000);
        if (sizes.experts() > 0) {
            file.whole("llama.expert_count", sizes.experts()).whole("llama.expert_used_count", sizes.used());
        }
        List<String> tokens = new ArrayList<>(GgufBytes.byteLetters());
        tokens.addAll(List.of("<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"));
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < VOCABULARY; i++) {
            if (i >= tokens.size()) {
                tokens.add("<|reserved_" + i + "|>");
            }
            types.add(i < 256 ? 1 : 3);
        }
        file.text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "gpt-2")
                .texts("tokenizer.ggml.tokens", tokens)
                .wholes("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", List.of())
                .whole("tokenizer.ggml.eos_token_id", END)
                .flag("tokenizer.ggml.add_bos_token", false)
                .text("tokenizer.chat_template", TEMPLATE);
    }

    private void tensors() {
        int width = sizes.width();
        matrix("token_embd.weight", List.of(width, VOCABULARY), 1, storage);
        for (int n = 0; n < sizes.layers(); n++) {
            String at = "blk." + n + ".";
            vector(at + "attn_norm.weight", width);
            vector(at + "ffn_norm.weight", width);
            matrix(at + "attn_q.weight", List.of(width, width), 1, storage);
            matrix(at + "attn_k.weight", List.of(width, sizes.kvWidth()), 1, storage);
            matrix(at + "attn_v.weight", List.of(width, sizes.kvWidth()), 1, storage);
            matrix(at + "attn_output.weight", List.of(width, width), 1, storage);
            if (sizes.experts() == 0) {
                matrix(at + "ffn_gate.weight", List.of(width, sizes.hidden()), 1, storage);
                matrix(at + "ffn_up.weight", List.of(width, sizes.hidden()), 1, storage);
                matrix(at + "ffn_down.weight", List.of(sizes.hidden(), width), 1, storage);
            } else {
                matrix(at + "ffn_gate_inp.weight", List.of(width, sizes.experts()), 2, Storage.F32);
                matrix(at + "ffn_gate_exps.weight", List.of(width, sizes.hidden(), sizes.experts()), 1, storage);
                matrix(at + "ffn_up_exps.weight", List.of(width, sizes.hidden(), sizes.experts()), 1, storage);
                matrix(at + "ffn_down_exps.weight", List.of(sizes.hidden(), width, sizes.experts()), 1, storage);
            }
        }
        vector("output_norm.weight", width);
        matrix("output.weight", List.of(width, VOCABULARY), 2, storage);
    }

    private void vector(String name, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 0.8f + 0.4f * (float) random.nextDouble();
        }
        store(name, List.of(size), Storage.F32, values);
    }

    private void matrix(String name, List<Integer> sizesOf, double scale, Storage as) {
        int count = sizesOf.stream().reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale / Math.sqrt(sizesOf.getFirst()));
        }
        store(name, sizesOf, as, values);
    }

    private void store(String name, List<Integer> sizesOf, Storage as, float[] values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        double[] kept = new double[values.length];
        switch (as) {
            case F32 -> {
                for (int i = 0; i < values.length; i++) {
                    float v = values[i];
                    kept[i] = v;
                    out.writeBytes(GgufBytes.little(4, b -> b.putFloat(v)));
                }
            }
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    short half = Float.floatToFloat16(values[i]);
                    kept[i] = Float.float16ToFloat(half);
                    out.writeBytes(GgufBytes.little(2, b -> b.putShort(half)));
                }
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    int high = Float.floatToRawIntBits(values[i]) >>> 16;
                    kept[i] = Float.intBitsToFloat(high << 16);
                    out.writeBytes(GgufBytes.little(2, b -> b.putShort((short) high)));
                }
            }
            case Q8_0, Q4_0 -> {
                for (int i = 0; i < values.length; i += 32) {
                    block(values, kept, i, new Block(as == Storage.Q8_0 ? 127 : 7, out));
                }
            }
        }
        weights.put(name, kept);
        file.tensor(name, as.id, sizesOf, out.toByteArray());
    }

    private record Block(int most, ByteArrayOutputStream out) {}

    private static void block(float[] values, double[] kept, int from, Block block) {
        float largest = 0;
        for (int i = from; i < from + 32; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        short half = Float.floatToFloat16(largest / block.most());
        float scale = Float.float16ToFloat(half);
        byte[] quants = new byte[32];
        for (int i = 0; i < 32; i++) {
            int q = scale == 0 ? 0 : Math.round(values[from + i] / scale);
            quants[i] = (byte) Math.clamp(q, -block.most(), block.most());
            kept[from + i] = quants[i] * (double) scale;
        }
        block.out().writeBytes(GgufBytes.little(2, b -> b.putShort(half)));
        if (block.most() == 127) {
            block.out().writeBytes(quants);
        } else {
            for (int i = 0; i < 16; i++) {
                block.out().write((quants[i] + 8) | ((quants[i + 16] + 8) << 4));
            }
        }
    }
}
