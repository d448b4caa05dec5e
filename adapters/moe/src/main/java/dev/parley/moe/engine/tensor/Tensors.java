package dev.parley.moe.engine.tensor;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Takes tensors of expected sizes out of a file, once each, in the layout of the kernels. Not thread-safe. */
public final class Tensors {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String REMEDY = "Convert the model again; it does not fit its own architecture keys";

    private final GgufFile file;
    private final Set<String> left;
    private long parameters;

    public Tensors(GgufFile file) {
        this.file = file;
        this.left = new TreeSet<>(file.tensorNames());
    }

    /** How many weights were taken. */
    public long parameters() {
        return parameters;
    }

    /** Names of the tensors not taken. */
    public Set<String> left() {
        return left;
    }

    public boolean has(String name) {
        return file.tensor(name).isPresent();
    }

    /** A vector of {@code size} numbers in full precision. */
    public float[] vector(String name, int size) {
        GgufTensor tensor = take(name, List.of((long) size));
        return floats(tensor, 0, size);
    }

    public Matrix matrix(String name, int rows, int columns) {
        GgufTensor tensor = take(name, List.of((long) columns, (long) rows));
        return slice(tensor, 0, rows, columns);
    }

    /** A stack of {@code count} matrices, each unpacked when it is asked for, by any thread, while the file's bytes are there. */
    public IntFunction<Matrix> matrices(String name, int count, int rows, int columns) {
        GgufTensor tensor = take(name, List.of((long) columns, (long) rows, (long) count));
        return i -> slice(tensor, (long) i * rows * columns, rows, columns);
    }

    /** Which of a stack of matrices hold zeros only; none where the tensor is no stack. Reads as far as the first row with another number. */
    public Set<Integer> zeros(String name) {
        GgufTensor tensor = file.tensor(name).orElseThrow(() -> file.fault("tensor " + name, "it is missing", REMEDY));
        Set<Integer> found = new TreeSet<>();
        int count = tensor.sizes().size() == 3 ? tensor.sizes().get(2).intValue() : 0;
        for (int i = 0; i < count; i++) {
            if (zero(tensor, i, tensor.sizes().get(1), tensor.sizes().get(0).intValue())) {
                found.add(i);
            }
        }
        return found;
    }

    private static boolean zero(GgufTensor tensor, long i, long rows, int columns) {
        for (long row = i * rows; row < (i + 1) * rows; row++) {
            for (float value : floats(tensor, row * columns, columns)) {
                if (value != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Rows of a matrix, or of each of a stack of them, whose number is not known; at most {@code most}. */
    public int rowsOf(String name, int most) {
        GgufTensor tensor = file.tensor(name).orElseThrow(() -> file.fault("tensor " + name, "it is missing", REMEDY));
        long rows = tensor.sizes().size() < 2 ? 1 : tensor.sizes().get(1);
        if (rows > most) {
            throw file.fault("tensor " + name, rows + " rows are more than " + most, REMEDY);
        }
        return (int) rows;
    }

    private GgufTensor take(String name, List<Long> sizes) {
        String place = "tensor " + name;
        GgufTensor tensor = file.tensor(name).orElseThrow(() -> file.fault(place, "it is missing", REMEDY));
        if (!tensor.sizes().equals(sizes)) {
            throw file.fault(place, "its sizes are " + tensor.sizes() + ", not " + sizes, REMEDY);
        }
        long perMatrix = sizes.size() == 3 ? sizes.get(0) * sizes.get(1) : tensor.elements();
        if (perMatrix > Integer.MAX_VALUE - 64) {
            throw file.fault(place, perMatrix + " weights are more than one array holds", "Use a smaller model");
        }
        left.remove(name);
        parameters += tensor.elements();
        return tensor;
    }

    /** The matrix rounded to 4 bits (Q4_0), or itself if its rows do not divide into blocks. */
    public static Matrix fourBits(Matrix matrix) {
        TensorType type = TensorType.Q4_0;
        if (matrix.columns() % type.blockSize() != 0) {
            return matrix;
        }
        float[] values = new float[matrix.rows() * matrix.columns()];
        for (int row = 0; row < matrix.rows(); row++) {
            matrix.row(row, values, row * matrix.columns());
        }
        return matrix(type, values, matrix.rows(), matrix.columns());
    }

    /** A matrix of these numbers, rounded to a storage whose blocks its rows divide into. */
    public static Matrix matrix(TensorType type, float[] values, int rows, int columns) {
        List<Long> sizes = List.of((long) columns, (long) rows);
        MemorySegment bytes = MemorySegment.ofArray(BlockEncoder.encode(type, values));
        return slice(new GgufTensor("made", type, sizes, bytes), 0, rows, columns);
    }

    /** So many numbers of a tensor, in full precision. */
    public static float[] numbers(GgufTensor tensor, long from, int count) {
        return floats(tensor, from, count);
    }

    /** Memory that a weight takes in the layouts of the kernels. */
    public static double bytesPerWeight(TensorType type) {
        return switch (type) {
            case F32, F16, BF16 -> 4;
            case Q8_0, Q5_0, MXFP4 -> 1 + 4.0 / 32;
            case Q6_K -> 1 + 4.0 / 16;
            case Q4_0 -> 0.5 + 4.0 / 32;
            case Q4_1, Q4_K -> 0.5 + 8.0 / 32;
        };
    }

    /** Row {@code row} of a stored matrix in full precision, into {@code out} [columns]. */
    public static void row(GgufTensor tensor, int row, float[] out) {
        float[] values = floats(tensor, (long) row * out.length, out.length);
        System.arraycopy(values, 0, out, 0, out.length);
    }

    private static Matrix slice(GgufTensor tensor, long from, int rows, int columns) {
        return switch (tensor.type()) {
            case F32, F16, BF16 -> new Matrix.F32(floats(tensor, from, rows * columns), rows, columns);
            case Q8_0, Q5_0, Q4_0, Q4_1, Q4_K, Q6_K, MXFP4 -> Blocks.matrix(tensor, from, rows, columns);
        };
    }

    private static float[] floats(GgufTensor tensor, long from, int count) {
        float[] values = new float[count];
        MemorySegment bytes = tensor.bytes();
        switch (tensor.type()) {
            case F32 -> MemorySegment.copy(bytes, FLOAT, from * 4, values, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.float16ToFloat(bytes.get(SHORT, (from + i) * 2));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.intBitsToFloat(bytes.get(SHORT, (from + i) * 2) << 16);
                }
            }
            case Q8_0, Q5_0, Q4_0, Q4_1, Q4_K, Q6_K, MXFP4 ->
                Blocks.matrix(tensor, from, 1, count).row(0, values, 0);
        }
        return values;
    }
}
