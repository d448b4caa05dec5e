package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a GGUF file of a checkpoint, by the keys, names and orders of llama.cpp's convert_hf_to_gguf.py, so that llama.cpp reads it too. Every
 * tensor must find its place: what would be left out is an error, but for what answers do not need. Tensors are read, rounded and written one
 * after the other; the memory needed is about twice the largest layer's stack of experts. Not thread-safe.
 */
public final class Converter {
    private final Checkpoint checkpoint;
    private final Family family;
    private final SafeTensors tensors;
    private final AttentionKind attention;
    private final GgufWriter out = new GgufWriter();
    private final Placement place;
    private final List<String> notes = new ArrayList<>();

    private Converter(
            Checkpoint checkpoint, Family family, SafeTensors tensors, TensorType storage, Consumer<String> progress) {
        this.checkpoint = checkpoint;
        this.family = family;
        this.tensors = tensors;
        attention = AttentionKind.of(checkpoint, family);
        place = new Placement(tensors, storage, out, progress);
    }

    /**
     * Converts a folder.
     *
     * @param folder with config.json, tokenizer.json and safetensors
     * @param name of the model, by which it will be asked for
     * @param storage of matrices; vectors and gates stay in full precision
     * @param progress told what is being written
     * @return what the user should know, a sentence each: what was left out
     * @throws IllegalArgumentException for a checkpoint that is not whole or that the engine would not compute, with the remedy
     */
    public static List<String> convert(
            Path folder, Path file, String name, TensorType storage, Consumer<String> progress) throws IOException {
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
            return converter.notes;
        }
    }

    private void keys(String name) {
        int context = checkpoint.whole("max_position_embeddings");
        JsonNode window = checkpoint.config().path("sliding_window");
        boolean windowed =
                window.isInt() && checkpoint.config().path("use_sliding_window").asBoolean(true);
        out.text("general.architecture", family.word()).text("general.name", name);
        Keys keys = new Keys(out, family.word());
        keys.whole("block_count", checkpoint.whole("num_hidden_layers"))
                .whole("context_length", windowed ? Math.min(context, window.asInt()) : context)
                .whole("embedding_length", checkpoint.whole("hidden_size"))
                .whole("feed_forward_length", checkpoint.whole("intermediate_size"))
                .real(
                        "attention.layer_norm_rms_epsilon",
                        checkpoint.config().path("rms_norm_eps").asDouble(1e-6));
        attention.keys(keys);
        new Experts(checkpoint, family).write(keys);
        new Rope(checkpoint, attention.turned(), family.latent()).write(keys, place);
        new Vocabulary(checkpoint, tensors.shape("model.embed_tokens.weight").getFirst()).write(out);
    }

    private void tensors() {
        place.matrix("token_embd.weight", "model.embed_tokens.weight");
        place.vector("output_norm.weight", "model.norm.weight");
        if (tensors.has("lm_head.weight")
                && !checkpoint.config().path("tie_word_embeddings").asBoolean(false)) {
            place.matrix("output.weight", "lm_head.weight");
        }
        place.leaveOut("lm_head.weight");
        int layers = checkpoint.whole("num_hidden_layers");
        for (int n = 0; n < layers; n++) {
            layer("blk." + n + ".", "model.layers." + n + ".");
        }
        furtherAhead(layers);
        Set<String> left = place.left();
        left.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("tensor " + left.iterator().next() + " has no place in a file of "
                    + family.word() + "; " + left.size() + " such in all");
        }
    }

    /** Blocks after the last layer that foretell tokens further ahead (multi-token prediction, DeepSeek-V3, arXiv:2412.19437, section 2.2). */
    private void furtherAhead(int layers) {
        for (int n = layers; tensors.has("model.layers." + n + ".eh_proj.weight"); n++) {
            place.leaveOut("model.layers." + n + ".");
            notes.add("Left out model.layers." + n
                    + ", a block for multi-token prediction: answers are the same without it.");
        }
    }

    private void layer(String to, String from) {
        place.vector(to + "attn_norm.weight", from + "input_layernorm.weight");
        place.vector(to + "ffn_norm.weight", from + "post_attention_layernorm.weight");
        attention.layer(place, to, from + "self_attn.");
        feedForward(to, from + family.part() + ".");
    }

    private void feedForward(String to, String part) {
        List<String> matrices = family.matrices();
        if (!tensors.has(part + "gate.weight")) {
            dense(to, "", part, matrices);
            return;
        }
        place.matrix(to + "ffn_gate_inp.weight", part + "gate.weight", TensorType.F32);
        if (family == Family.DEEPSEEK_V3) {
            place.vector(to + "exp_probs_b.bias", part + "gate.e_score_correction_bias");
        }
        String experts = part + "experts.";
        place.stacked(to + "ffn_gate_exps.weight", experts, "." + matrices.get(0) + ".weight");
        place.stacked(to + "ffn_up_exps.weight", experts, "." + matrices.get(1) + ".weight");
        place.stacked(to + "ffn_down_exps.weight", experts, "." + matrices.get(2) + ".weight");
        String beside = part + family.sharedExpert() + ".";
        if (tensors.has(beside + "gate_proj.weight")) {
            dense(to, "_shexp", beside, matrices);
        }
        String gate = part + "shared_expert_gate.weight";
        if (tensors.has(gate)) {
            place.row(to + "ffn_gate_inp_shexp.weight", gate);
        }
    }

    private void dense(String to, String suffix, String from, List<String> matrices) {
        place.linear(to + "ffn_gate" + suffix, from + matrices.get(0));
        place.linear(to + "ffn_up" + suffix, from + matrices.get(1));
        place.linear(to + "ffn_down" + suffix, from + matrices.get(2));
    }
}
