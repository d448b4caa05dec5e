package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The same model in full precision. */
final class WidenedFile {
    private WidenedFile() {}

    static Path of(Path from, Path to) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            GgufFile file = GgufReader.map(from, arena);
            GgufWriter out = new GgufWriter().keys(file.metadata());
            Tensors tensors = new Tensors(file);
            file.tensors().values().forEach(tensor -> {
                List<Integer> sizes =
                        tensor.sizes().stream().map(Long::intValue).toList();
                out.tensor(tensor.name(), TensorType.F32, sizes, () -> bytes(tensors, tensor, sizes));
            });
            out.write(to);
        }
        return to;
    }

    private static byte[] bytes(Tensors tensors, GgufTensor tensor, List<Integer> sizes) {
        float[] values = new float[(int) tensor.elements()];
        List<Matrix> matrices = switch (sizes.size()) {
            case 1 -> List.of(new Matrix.F32(tensors.vector(tensor.name(), sizes.get(0)), 1, sizes.get(0)));
            case 2 -> List.of(tensors.matrix(tensor.name(), sizes.get(1), sizes.get(0)));
            default ->
                IntStream.range(0, sizes.get(2))
                        .mapToObj(tensors.matrices(tensor.name(), sizes.get(2), sizes.get(1), sizes.get(0)))
                        .toList();
        };
        int at = 0;
        for (Matrix matrix : matrices) {
            for (int r = 0; r < matrix.rows(); r++, at += matrix.columns()) {
                matrix.row(r, values, at);
            }
        }
        return BlockEncoder.encode(TensorType.F32, values);
    }
}
