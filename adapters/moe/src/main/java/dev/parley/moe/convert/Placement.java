package dev.parley.moe.convert;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Puts tensors of a checkpoint into a file, and knows which of them have found no place. Each method throws {@link IllegalArgumentException}
 * for a tensor that is missing, or of a form or storage that is not read. Not thread-safe.
 */
final class Placement {
    private final SafeTensors tensors;
    private final TensorType storage;
    private final GgufWriter out;
    private final Consumer<String> progress;
    private final Set<String> placed = new HashSet<>();

    /**
     * @param storage of matrices
     * @param progress told what is being written
     */
    Placement(SafeTensors tensors, TensorType storage, GgufWriter out, Consumer<String> progress) {
        this.tensors = tensors;
        this.storage = storage;
        this.out = out;
        this.progress = progress;
    }

    boolean has(String name) {
        return tensors.has(name);
    }

    /** Names without a place, in order. */
    Set<String> left() {
        Set<String> left = tensors.left();
        left.removeAll(placed);
        return left;
    }

    /** Leaves out, on purpose, all whose names begin so. */
    void leaveOut(String prefix) {
        tensors.left().stream().filter(name -> name.startsWith(prefix)).forEach(placed::add);
    }

    /** A matrix and, if there is one, its bias. */
    void linear(String to, String from) {
        matrix(to + ".weight", from + ".weight");
        optional(to + ".bias", from + ".bias");
    }

    void matrix(String to, String from) {
        matrix(to, from, storage);
    }

    void matrix(String to, String from, TensorType type) {
        put(to, from, type, shape(from, 2).reversed(), UnaryOperator.identity());
    }

    /**
     * A matrix whose numbers come in another order, and maybe only a part of them.
     *
     * @param sizes of the result, the fastest-running one first
     */
    void rearranged(String to, String from, List<Integer> sizes, UnaryOperator<float[]> order) {
        put(to, from, storage, sizes, order);
    }

    private void put(String to, String from, TensorType type, List<Integer> sizes, UnaryOperator<float[]> order) {
        TensorType fitting = fitting(type, sizes.getFirst());
        out.tensor(to, fitting, sizes, () -> {
            progress.accept(to);
            return BlockEncoder.encode(fitting, order.apply(tensors.read(from)));
        });
    }

    /** Rows that do not divide into blocks keep half precision. */
    private static TensorType fitting(TensorType type, int columns) {
        return columns % type.blockSize() == 0 ? type : TensorType.F16;
    }

    /** One matrix after the other: those named {@code from}, a number from 0 on, and {@code suffix}. */
    void stacked(String to, String from, String suffix) {
        List<String> names = new ArrayList<>();
        do {
            names.add(from + names.size() + suffix);
        } while (tensors.has(from + names.size() + suffix));
        names.forEach(name -> shape(name, 2));
        List<Integer> shape = tensors.shape(names.getFirst());
        TensorType type = fitting(storage, shape.getLast());
        out.tensor(to, type, List.of(shape.getLast(), shape.getFirst(), names.size()), () -> {
            progress.accept(to);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            names.forEach(name -> all.writeBytes(BlockEncoder.encode(type, tensors.read(name))));
            return all.toByteArray();
        });
    }

    void optional(String to, String from) {
        if (tensors.has(from)) {
            vector(to, from);
        }
    }

    void vector(String to, String from) {
        vector(to, from, UnaryOperator.identity());
    }

    void vector(String to, String from, UnaryOperator<float[]> order) {
        floats(to, shape(from, 1), order.apply(tensors.read(from)));
    }

    /** A matrix of one row, as a vector. */
    void row(String to, String from) {
        floats(to, List.of(shape(from, 2).getLast()), tensors.read(from));
    }

    /** Numbers that are no tensor of the checkpoint. */
    void floats(String to, List<Integer> shape, float[] values) {
        out.tensor(to, TensorType.F32, shape, () -> BlockEncoder.encode(TensorType.F32, values));
    }

    /** The shape of a tensor that has its place now, the slowest-running size first. */
    List<Integer> shape(String from, int dimensions) {
        List<Integer> shape = tensors.shape(from);
        if (shape.size() != dimensions) {
            throw new IllegalArgumentException(
                    "tensor " + from + " has " + shape.size() + " dimensions, not " + dimensions);
        }
        placed.add(from);
        return shape;
    }
}
