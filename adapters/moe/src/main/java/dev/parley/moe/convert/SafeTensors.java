package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint, in one file {@code model.safetensors} or in several with an index. Files are mapped, not read: a tensor costs
 * memory when it is asked for. Format: github.com/huggingface/safetensors, README. Not thread-safe.
 */
final class SafeTensors implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long LONGEST_HEADER = 100 << 20;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofConfined();
    private final Map<String, Tensor> tensors = new HashMap<>();

    /** How numbers are stored. */
    private enum Storage {
        F32(4),
        F16(2),
        BF16(2);

        private final int bytes;

        Storage(int bytes) {
            this.bytes = bytes;
        }
    }

    private record Tensor(String storage, List<Integer> shape, MemorySegment bytes) {
        int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /** Throws {@link IllegalArgumentException} for what is no whole checkpoint. */
    SafeTensors(Path folder) throws IOException {
        try {
            for (String file : files(folder)) {
                open(folder.resolve(file));
            }
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Set<String> files(Path folder) throws IOException {
        if (Files.exists(folder.resolve(SINGLE))) {
            return Set.of(SINGLE);
        }
        if (!Files.exists(folder.resolve(INDEX))) {
            throw new IllegalArgumentException(folder + " holds neither " + SINGLE + " nor " + INDEX
                    + ": name a folder that transformers' save_pretrained wrote");
        }
        Set<String> files = new TreeSet<>();
        JSON.readTree(folder.resolve(INDEX).toFile())
                .path("weight_map")
                .forEach(file -> files.add(Path.of(file.asText()).getFileName().toString()));
        return files;
    }

    private void open(Path file) throws IOException {
        MemorySegment all;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
        long header = all.byteSize() < 8
                ? -1
                : all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (header < 2 || header > Math.min(LONGEST_HEADER, all.byteSize() - 8)) {
            throw new IllegalArgumentException(file + " is no whole safetensors file: its header does not fit");
        }
        JsonNode entries = JSON.readTree(
                new String(all.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        MemorySegment data = all.asSlice(8 + header);
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
            }
        }
    }

    private static Tensor tensor(Path file, String name, JsonNode entry, MemorySegment data) {
        long from = entry.path("data_offsets").path(0).asLong(-1);
        long to = entry.path("data_offsets").path(1).asLong(-1);
        if (from < 0 || to < from || to > data.byteSize()) {
            throw new IllegalArgumentException(
                    file + ": tensor " + name + " lies outside the file; it is cut or damaged");
        }
        List<Integer> shape = new ArrayList<>();
        entry.path("shape").forEach(size -> shape.add(size.asInt(-1)));
        return new Tensor(entry.path("dtype").asText(), shape, data.asSlice(from, to - from));
    }

    /** Names not yet {@link #read}, in order. */
    Set<String> left() {
        return new TreeSet<>(tensors.keySet());
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** The slowest-running size first; throws {@link IllegalArgumentException} if there is no such tensor, or its storage is not read. */
    List<Integer> shape(String name) {
        Tensor tensor = find(name);
        storage(name, tensor);
        return tensor.shape();
    }

    /** Its numbers, [shape]; throws {@link IllegalArgumentException} for a storage that is not read. */
    float[] read(String name) {
        Tensor tensor = find(name);
        Storage storage = storage(name, tensor);
        int elements = tensor.elements();
        if (tensor.bytes().byteSize() != (long) elements * storage.bytes) {
            throw new IllegalArgumentException("tensor " + name + " has "
                    + tensor.bytes().byteSize() + " bytes for " + elements + " numbers of " + storage);
        }
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = switch (storage) {
                case F32 -> tensor.bytes().get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(tensor.bytes().get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(tensor.bytes().get(SHORT, 2L * i) << 16);
            };
        }
        return values;
    }

    private static Storage storage(String name, Tensor tensor) {
        try {
            return Storage.valueOf(tensor.storage());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "tensor " + name + " is stored as " + tensor.storage() + "; save the model as F32, F16 or BF16", e);
        }
    }

    private Tensor find(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("tensor " + name + " is missing");
        }
        return tensor;
    }

    @Override
    public void close() {
        arena.close();
    }
}
