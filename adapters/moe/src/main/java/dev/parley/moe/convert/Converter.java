package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a GGUF file of a checkpoint, by the keys, names and orders of llama.cpp's convert_hf_to_gguf.py, so that llama.cpp reads it too. Every
 * tensor must find its place: what would be left out is an error. Tensors are read, rounded and written one after the other; the memory
 * needed is about twice the largest layer's stack of experts. Not thread-safe.
 */
public final class Converter {
    private final Checkpoint checkpoint;
    private final Family family;
    private final SafeTensors tensors;
    private final TensorType storage;
    private final Consumer<String> progress;
    private final GgufWriter out = new GgufWriter();
    private final Set<String> placed = new HashSet<>();
    private final int heads;
    private final int shared;
    private final int headSize;

    private Converter(
            Checkpoint checkpoint, Family family, SafeTensors tensors, TensorType storage, Consumer<String> progress) {
        this.checkpoint = checkpoint;
        this.family = family;
        this.tensors = tensors;
        this.storage = storage;
        this.progress = progress;
        heads = checkpoint.whole("num_attention_heads");
        shared = checkpoint.whole("num_key_value_heads", heads);
        headSize = checkpoint.whole("head_dim", checkpoint.whole("hidden_size") / heads);
    }

    /**
     * Converts a folder.
     *
     * @param folder with config.json, tokenizer.json and safetensors
     * @param name of the model, by which it will be asked for
     * @param storage of matrices; vectors and gates stay in full precision
     * @param progress told what is being written
     * @throws IllegalArgumentException for a checkpoint that is not whole or that the engine would not compute, with the remedy
     */
    public static void convert(Path folder, Path file, String name, TensorType storage, Consumer<String> progress)
            throws IOException {
        Checkpoint checkpoint = new Checkpoint(folder);
        String className = checkpoint.config().path("architectures").path(0).asText("(none)");
        Family family = Family.of(className)
                .orElseThrow(() -> new IllegalArgumentException(
                        "config.json: a " + className + " is not converted; those known are " + Family.classes()));
        try (SafeTensors tensors = new SafeTensors(folder)) {
            Converter converter = new Converter(checkpoint, family, tensors, storage, progress);
            converter.keys(name);
            converter.tensors();
            converter.out.write(file);
        }
    }

    private String key(String name) {
        return family.word() + "." + name;
    }

    private void keys(String name) {
        int context = checkpoint.whole("max_position_embeddings");
        JsonNode window = checkpoint.config().path("sliding_window");
        boolean windowed =
                window.isInt() && checkpoint.config().path("use_sliding_window").asBoolean(true);
        out.text("general.architecture", family.word())
                .text("general.name", name)
                .whole(key("block_count"), checkpoint.whole("num_hidden_layers"))
                .whole(key("context_length"), windowed ? Math.min(context, window.asInt()) : context)
                .whole(key("embedding_length"), checkpoint.whole("hidden_size"))
                .whole(key("feed_forward_length"), checkpoint.whole("intermediate_size"))
                .whole(key("attention.head_count"), heads)
                .whole(key("attention.head_count_kv"), shared)
                .whole(key("attention.key_length"), headSize)
                .whole(key("attention.value_length"), headSize)
                .real(key("attention.layer_norm_rms_epsilon"), (float)
                        checkpoint.config().path("rms_norm_eps").asDouble(1e-6))
                .whole(key("rope.dimension_count"), headSize)
                .real(key("rope.freq_base"), (float) checkpoint.ropeBase());
        experts();
        rope();
        new Vocabulary(checkpoint, tensors.shape("model.embed_tokens.weight").getFirst()).write(out);
    }

    private void experts() {
        int experts = checkpoint.whole(
                "num_local_experts", checkpoint.whole("num_experts", checkpoint.whole("n_routed_experts", 0)));
        if (experts == 0) {
            return;
        }
        boolean sums = checkpoint.config().path("norm_topk_prob").asBoolean(family.sharesOfChosen());
        if (sums != family.sharesOfChosen()) {
            throw new IllegalArgumentException("config.json: norm_topk_prob " + sums
                    + " is not what GGUF's architecture " + family.word() + " means, and cannot be said in the file");
        }
        out.whole(key("expert_count"), experts)
                .whole(key("expert_used_count"), checkpoint.whole("num_experts_per_tok"))
                .whole(
                        key("expert_feed_forward_length"),
                        checkpoint.whole("moe_intermediate_size", checkpoint.whole("intermediate_size")));
        switch (family) {
            case QWEN2_MOE ->
                out.whole(
                        key("expert_shared_feed_forward_length"), checkpoint.whole("shared_expert_intermediate_size"));
            case DEEPSEEK ->
                out.whole(key("leading_dense_block_count"), checkpoint.whole("first_k_dense_replace", 0))
                        .whole(key("expert_shared_count"), checkpoint.whole("n_shared_experts", 0))
                        .real(key("expert_weights_scale"), (float) checkpoint
                                .config()
                                .path("routed_scaling_factor")
                                .asDouble(1))
                        .whole(key("vocab_size"), checkpoint.whole("vocab_size"));
            case LLAMA, MISTRAL, MIXTRAL, QWEN2, QWEN3, QWEN3_MOE, OLMOE -> {}
        }
    }

    private void rope() {
        String type =
                checkpoint.rope("rope_type").asText(checkpoint.rope("type").asText("default"));
        double factor = checkpoint.rope("factor").asDouble(1);
        switch (type) {
            case "default" -> {}
            case "linear" -> out.text(key("rope.scaling.type"), type).real(key("rope.scaling.factor"), (float) factor);
            case "yarn" ->
                out.text(key("rope.scaling.type"), type)
                        .real(key("rope.scaling.factor"), (float) factor)
                        .whole(
                                key("rope.scaling.original_context_length"),
                                checkpoint
                                        .rope("original_max_position_embeddings")
                                        .asInt(checkpoint.whole("max_position_embeddings")));
            case "llama3" -> floats("rope_freqs.weight", List.of(headSize / 2), divisors(factor));
            default ->
                throw new IllegalArgumentException("config.json: rope_scaling of type " + type
                        + " is not computed; known are linear, yarn and llama3");
        }
    }

    /** By how much Llama 3.1 slows each pair down: long waves by the factor, short ones not, those between in part. */
    private float[] divisors(double factor) {
        double low = checkpoint.rope("low_freq_factor").asDouble(1);
        double high = checkpoint.rope("high_freq_factor").asDouble(4);
        double old = checkpoint.rope("original_max_position_embeddings").asDouble(8192);
        float[] divisors = new float[headSize / 2];
        for (int i = 0; i < divisors.length; i++) {
            double wave = 2 * Math.PI * Math.pow(checkpoint.ropeBase(), 2.0 * i / headSize);
            double smooth = Math.clamp((old / wave - low) / (high - low), 0, 1);
            divisors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }

    private void tensors() {
        matrix("token_embd.weight", "model.embed_tokens.weight", storage);
        vector("output_norm.weight", "model.norm.weight");
        if (tensors.has("lm_head.weight")
                && !checkpoint.config().path("tie_word_embeddings").asBoolean(false)) {
            matrix("output.weight", "lm_head.weight", storage);
        }
        placed.add("lm_head.weight");
        for (int n = 0; n < checkpoint.whole("num_hidden_layers"); n++) {
            layer("blk." + n + ".", "model.layers." + n + ".");
        }
        Set<String> left = tensors.left();
        left.removeAll(placed);
        left.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("tensor " + left.iterator().next() + " has no place in a file of "
                    + family.word() + "; " + left.size() + " such in all");
        }
    }

    private void layer(String to, String from) {
        vector(to + "attn_norm.weight", from + "input_layernorm.weight");
        vector(to + "ffn_norm.weight", from + "post_attention_layernorm.weight");
        turned(to + "attn_q", from + "self_attn.q_proj", heads);
        turned(to + "attn_k", from + "self_attn.k_proj", shared);
        linear(to + "attn_v", from + "self_attn.v_proj");
        linear(to + "attn_output", from + "self_attn.o_proj");
        optional(to + "attn_q_norm.weight", from + "self_attn.q_norm.weight");
        optional(to + "attn_k_norm.weight", from + "self_attn.k_norm.weight");
        String part = from + family.part() + ".";
        if (!tensors.has(part + "gate.weight")) {
            dense(to, "", part, family.matrices());
            return;
        }
        matrix(to + "ffn_gate_inp.weight", part + "gate.weight", TensorType.F32);
        stacked(to + "ffn_gate_exps.weight", part, family.matrices().get(0));
        stacked(to + "ffn_up_exps.weight", part, family.matrices().get(1));
        stacked(to + "ffn_down_exps.weight", part, family.matrices().get(2));
        String beside = part + family.sharedExpert() + ".";
        if (tensors.has(beside + "gate_proj.weight")) {
            dense(to, "_shexp", beside, family.matrices());
        }
        String gate = part + "shared_expert_gate.weight";
        if (tensors.has(gate)) {
            placed.add(gate);
            floats(to + "ffn_gate_inp_shexp.weight", List.of(tensors.shape(gate).getLast()), tensors.read(gate));
        }
    }

    private void dense(String to, String suffix, String from, List<String> matrices) {
        linear(to + "ffn_gate" + suffix, from + matrices.get(0));
        linear(to + "ffn_up" + suffix, from + matrices.get(1));
        linear(to + "ffn_down" + suffix, from + matrices.get(2));
    }

    private void linear(String to, String from) {
        matrix(to + ".weight", from + ".weight", storage);
        optional(to + ".bias", from + ".bias");
    }

    /** Queries and keys, their rows in the order in which the file's architecture turns them. */
    private void turned(String to, String from, int count) {
        if (!family.turnsNeighbours()) {
            linear(to, from);
            return;
        }
        List<Integer> shape = shape(from + ".weight", 2);
        out.tensor(
                to + ".weight", fitting(storage, shape.getLast()), List.of(shape.getLast(), shape.getFirst()), () -> {
                    progress.accept(to);
                    float[] values = reordered(tensors.read(from + ".weight"), count, shape.getLast());
                    return BlockEncoder.encode(fitting(storage, shape.getLast()), values);
                });
        if (tensors.has(from + ".bias")) {
            float[] bias = tensors.read(from + ".bias");
            placed.add(from + ".bias");
            floats(to + ".bias", List.of(bias.length), reordered(bias, count, 1));
        }
    }

    /** Row i and row i + half of a head become rows 2i and 2i + 1. */
    private static float[] reordered(float[] values, int heads, int columns) {
        float[] other = new float[values.length];
        int size = values.length / columns / heads;
        for (int row = 0; row < heads * size; row++) {
            int within = row % size;
            int half = size / 2;
            int target = row - within + (within < half ? 2 * within : 2 * (within - half) + 1);
            System.arraycopy(values, row * columns, other, target * columns, columns);
        }
        return other;
    }

    private void matrix(String to, String from, TensorType type) {
        List<Integer> shape = shape(from, 2);
        TensorType fitting = fitting(type, shape.getLast());
        out.tensor(to, fitting, List.of(shape.getLast(), shape.getFirst()), () -> {
            progress.accept(to);
            return BlockEncoder.encode(fitting, tensors.read(from));
        });
    }

    /** Rows that do not divide into blocks keep half precision. */
    private static TensorType fitting(TensorType type, int columns) {
        return columns % type.blockSize() == 0 ? type : TensorType.F16;
    }

    private void stacked(String to, String part, String matrix) {
        List<String> names = new ArrayList<>();
        for (int e = 0; tensors.has(part + "experts." + e + "." + matrix + ".weight"); e++) {
            names.add(part + "experts." + e + "." + matrix + ".weight");
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("tensor " + part + "experts.0." + matrix + ".weight is missing");
        }
        List<Integer> shape = shape(names.getFirst(), 2);
        names.forEach(name -> shape(name, 2));
        TensorType type = fitting(storage, shape.getLast());
        out.tensor(to, type, List.of(shape.getLast(), shape.getFirst(), names.size()), () -> {
            progress.accept(to);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            names.forEach(name -> all.writeBytes(BlockEncoder.encode(type, tensors.read(name))));
            return all.toByteArray();
        });
    }

    private void optional(String to, String from) {
        if (tensors.has(from)) {
            vector(to, from);
        }
    }

    private void vector(String to, String from) {
        floats(to, shape(from, 1), tensors.read(from));
    }

    private void floats(String to, List<Integer> shape, float[] values) {
        out.tensor(to, TensorType.F32, shape, () -> BlockEncoder.encode(TensorType.F32, values));
    }

    private List<Integer> shape(String from, int dimensions) {
        List<Integer> shape = tensors.shape(from);
        if (shape.size() != dimensions) {
            throw new IllegalArgumentException(
                    "tensor " + from + " has " + shape.size() + " dimensions, not " + dimensions);
        }
        placed.add(from);
        return shape;
    }
}
