package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.tensor.Tensors;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a model asks of a machine, read off the sizes of its tensors without loading them.
 *
 * @param experts of a layer that compute, on average over the layers: all but the null ones (AdaMoE)
 * @param everywhere weights that every token is multiplied with, by storage
 * @param output weights of the output projection, which only tokens are multiplied with whose successor is asked for
 * @param expert weights of one expert, summed over the layers, by storage; empty for a dense model
 * @param memoryBytes of all weights in this engine's layouts
 * @param positionBytes of keys and values, for each position of a context
 */
public record Footprint(
        ModelShape shape,
        double experts,
        Map<TensorType, Long> everywhere,
        Map<TensorType, Long> output,
        Map<TensorType, Long> expert,
        long parameters,
        long memoryBytes,
        long positionBytes) {
    public Footprint {
        everywhere = Map.copyOf(everywhere);
        output = Map.copyOf(output);
        expert = Map.copyOf(expert);
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for a file the engine does not compute. */
    public static Footprint of(GgufFile file) {
        ModelShape shape = ModelLoader.shape(file);
        Map<TensorType, Long> everywhere = new EnumMap<>(TensorType.class);
        Map<TensorType, Long> output = new EnumMap<>(TensorType.class);
        Map<TensorType, Long> expert = new EnumMap<>(TensorType.class);
        String last = file.tensor("output.weight").isPresent() ? "output.weight" : "token_embd.weight";
        long parameters = 0;
        double memory = 0;
        for (GgufTensor tensor : file.tensors().values()) {
            TensorType type = kept(tensor);
            parameters += tensor.elements();
            memory += tensor.elements() * Tensors.bytesPerWeight(type);
            if (tensor.name().equals(last)) {
                output.merge(type, tensor.elements(), Long::sum);
            } else if (tensor.name().contains("_exps.weight")) {
                expert.merge(type, tensor.elements() / shape.experts(), Long::sum);
            } else if (tensor.sizes().size() > 1 && !tensor.name().equals("token_embd.weight")) {
                everywhere.merge(type, tensor.elements(), Long::sum);
            }
        }
        long numbers = (long) shape.attention().keyWidth() + shape.attention().valueWidth();
        long position = numbers * Float.BYTES * shape.layers();
        double nulls = ModelLoader.nullExperts(file, shape).stream()
                .mapToInt(Integer::intValue)
                .average()
                .orElse(0);
        return new Footprint(
                shape, shape.experts() - nulls, everywhere, output, expert, parameters, (long) memory, position);
    }

    /** What makes both keys and values of latents is kept in full precision. */
    private static TensorType kept(GgufTensor tensor) {
        return tensor.name().endsWith("attn_kv_b.weight") ? TensorType.F32 : tensor.type();
    }

    /** Experts computed a token and layer, were all equally likely to be chosen. */
    public double expertsComputed() {
        return shape.experts() == 0 ? 0 : shape.expertsUsed() * experts / shape.experts();
    }

    /** Multiplications of one token with weights, its successor's choice included. */
    public long multiplications() {
        return sum(everywhere) + sum(output) + Math.round(sum(expert) * expertsComputed());
    }

    /** Bytes of weights that one token reads. */
    public long activeBytes() {
        return (long) (bytes(everywhere) + bytes(output) + bytes(expert) * expertsComputed());
    }

    /** Multiplications of one token with keys and values, for each position before it. */
    public long multiplicationsByPosition() {
        return shape.layers() * shape.attention().multiplications();
    }

    private static long sum(Map<TensorType, Long> weights) {
        return weights.values().stream().mapToLong(Long::longValue).sum();
    }

    private static double bytes(Map<TensorType, Long> weights) {
        return weights.entrySet().stream()
                .mapToDouble(e -> e.getValue() * Tensors.bytesPerWeight(e.getKey()))
                .sum();
    }
}
