package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import dev.parley.moe.engine.text.ChatTemplate;
import dev.parley.moe.engine.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes a {@link Model} of a GGUF file of architecture {@code llama}, dense or with experts. Refuses, with a
 * {@link dev.parley.moe.engine.gguf.GgufException}, whatever it would otherwise compute wrongly: other architectures, tensors it has no
 * place for, scaled positions. Stateless.
 */
public final class ModelLoader {
    private static final String ARCHITECTURE = "llama";
    private static final String REMEDY = "Use a model of architecture llama, dense or with experts (Mixtral's form)";

    private ModelLoader() {}

    /** Loads a file; the weights are copied, so the file is not needed afterwards. */
    public static Model load(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return load(GgufReader.map(path, arena));
        }
    }

    /**
     * @param name of the file, for messages
     * @param bytes of the whole file
     */
    public static Model load(String name, byte[] bytes) {
        return load(GgufReader.read(name, MemorySegment.ofArray(bytes)));
    }

    private static Model load(GgufFile file) {
        String architecture = file.metadata().text("general.architecture");
        if (!architecture.equals(ARCHITECTURE)) {
            String fault = "the architecture " + architecture + " is not computed";
            throw file.fault("key general.architecture", fault, REMEDY);
        }
        Tensors tensors = new Tensors(file);
        ModelShape shape = shape(file, tensors);
        Weights weights = weights(tensors, shape);
        if (!tensors.left().isEmpty()) {
            throw file.fault("tensor " + tensors.left().iterator().next(), "there is no place for it", REMEDY);
        }
        Tokenizer tokenizer = Tokenizer.of(file);
        if (tokenizer.size() != shape.vocabulary()) {
            String fault = "it has " + tokenizer.size() + " tokens, the weights " + shape.vocabulary();
            throw file.metadata().fault("tokenizer.ggml.tokens", fault);
        }
        Model.Text text = new Model.Text(tokenizer, ChatTemplate.of(file, tokenizer));
        return new Model(profile(file, shape, tensors.parameters()), shape, weights, text);
    }

    private static ModelShape shape(GgufFile file, Tensors tensors) {
        Keys keys = new Keys(file.metadata());
        keys.refuseScaling();
        int width = keys.whole("embedding_length", 1, 1 << 16);
        int query = keys.whole("attention.head_count", 1, 1 << 12);
        int shared = keys.whole("attention.head_count_kv", query, 1, query);
        int size = keys.whole("attention.key_length", Math.max(1, width / query), 1, 1 << 12);
        if (keys.whole("attention.value_length", size, 1, 1 << 12) != size || query % shared != 0) {
            throw keys.fault("attention.head_count_kv", "heads of such sizes are not computed");
        }
        int turning = keys.whole("rope.dimension_count", size, 2, size);
        double base = keys.real("rope.freq_base", 10000);
        if (turning % 2 != 0 || base <= 1) {
            throw keys.fault("rope.dimension_count", turning + " with base " + base + " is not possible");
        }
        int experts = keys.whole("expert_count", 0, 0, 1 << 10);
        return new ModelShape(
                keys.whole("block_count", 1, 1 << 10),
                keys.whole("context_length", 1, 1 << 24),
                width,
                keys.whole("feed_forward_length", 1, 1 << 20),
                new ModelShape.Heads(query, shared, size),
                new ModelShape.Rope(turning, base),
                (float) keys.real("attention.layer_norm_rms_epsilon", 1e-5),
                experts,
                experts == 0 ? 0 : keys.whole("expert_used_count", 1, experts),
                (int) Math.min(tensors.rowsOf("token_embd.weight"), 1 << 24));
    }

    /** Architecture keys with their prefix. */
    private record Keys(GgufMetadata metadata) {
        int whole(String key, int least, int most) {
            return metadata.whole(ARCHITECTURE + "." + key, least, most);
        }

        int whole(String key, int absent, int least, int most) {
            return metadata.has(ARCHITECTURE + "." + key) ? whole(key, least, most) : absent;
        }

        double real(String key, double absent) {
            return metadata.has(ARCHITECTURE + "." + key) ? metadata.real(ARCHITECTURE + "." + key) : absent;
        }

        RuntimeException fault(String key, String fault) {
            return metadata.fault(ARCHITECTURE + "." + key, fault);
        }

        void refuseScaling() {
            String key = "rope.scaling.type";
            if (metadata.has(ARCHITECTURE + "." + key)
                    && !metadata.text(ARCHITECTURE + "." + key).equals("none")) {
                throw fault(key, "scaled positions are not computed");
            }
        }
    }

    private static Weights weights(Tensors tensors, ModelShape shape) {
        Matrix embedding = tensors.matrix("token_embd.weight", shape.vocabulary(), shape.width());
        List<Weights.Layer> layers = new ArrayList<>();
        for (int n = 0; n < shape.layers(); n++) {
            layers.add(layer(tensors, shape, "blk." + n + "."));
        }
        float[] norm = tensors.vector("output_norm.weight", shape.width());
        boolean tied = !tensors.has("output.weight");
        Matrix output = tied ? embedding : tensors.matrix("output.weight", shape.vocabulary(), shape.width());
        return new Weights(embedding, layers, norm, output);
    }

    private static Weights.Layer layer(Tensors tensors, ModelShape shape, String at) {
        int width = shape.width();
        int kvWidth = shape.heads().sharedWidth();
        int queryWidth = shape.heads().queryWidth();
        Weights.Attention attention = new Weights.Attention(
                tensors.matrix(at + "attn_q.weight", queryWidth, width),
                tensors.matrix(at + "attn_k.weight", kvWidth, width),
                tensors.matrix(at + "attn_v.weight", kvWidth, width),
                tensors.matrix(at + "attn_output.weight", width, queryWidth));
        return new Weights.Layer(
                tensors.vector(at + "attn_norm.weight", width),
                attention,
                tensors.vector(at + "ffn_norm.weight", width),
                shape.experts() == 0 ? dense(tensors, shape, at) : experts(tensors, shape, at));
    }

    private static Weights.Dense dense(Tensors tensors, ModelShape shape, String at) {
        return new Weights.Dense(
                tensors.matrix(at + "ffn_gate.weight", shape.hidden(), shape.width()),
                tensors.matrix(at + "ffn_up.weight", shape.hidden(), shape.width()),
                tensors.matrix(at + "ffn_down.weight", shape.width(), shape.hidden()));
    }

    private static Weights.Experts experts(Tensors tensors, ModelShape shape, String at) {
        int count = shape.experts();
        List<Matrix> gate = tensors.matrices(at + "ffn_gate_exps.weight", count, shape.hidden(), shape.width());
        List<Matrix> up = tensors.matrices(at + "ffn_up_exps.weight", count, shape.hidden(), shape.width());
        List<Matrix> down = tensors.matrices(at + "ffn_down_exps.weight", count, shape.width(), shape.hidden());
        List<Weights.Dense> experts = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            experts.add(new Weights.Dense(gate.get(e), up.get(e), down.get(e)));
        }
        return new Weights.Experts(tensors.matrix(at + "ffn_gate_inp.weight", count, shape.width()), experts);
    }

    private static ModelProfile profile(GgufFile file, ModelShape shape, long parameters) {
        String key = "general.name";
        String name = file.metadata().has(key)
                ? file.metadata().text(key)
                : file.name().replaceFirst("\\.gguf$", "");
        Map<String, Long> matrices = file.tensors().values().stream()
                .filter(tensor -> tensor.sizes().size() > 1)
                .collect(Collectors.groupingBy(
                        tensor -> tensor.type().name(), Collectors.summingLong(GgufTensor::elements)));
        String quantisation = matrices.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("F32");
        long expert = 3L * shape.hidden() * shape.width();
        long idle = shape.layers() * expert * (shape.experts() - shape.expertsUsed());
        return new ModelProfile(name, ARCHITECTURE, quantisation, parameters, parameters - idle, file.byteSize());
    }
}
