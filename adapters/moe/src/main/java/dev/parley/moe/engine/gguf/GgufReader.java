package dev.parley.moe.engine.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads GGUF version 3, little-endian. Nothing in the file is trusted: every count, size, offset and type is checked before it is
 * used, so a damaged or hostile file ends in a {@link GgufException}. Stateless.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">The GGUF format</a>
 */
public final class GgufReader {
    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int VERSION = 3;
    private static final int MOST_KEYS = 1 << 16;
    private static final int MOST_TENSORS = 1 << 17;
    private static final int MOST_ELEMENTS = 1 << 24;
    private static final int MOST_NAME_BYTES = 1 << 16;
    private static final int MOST_TEXT_BYTES = 1 << 24;
    private static final long DEFAULT_ALIGNMENT = 32;

    private GgufReader() {}

    /** Maps the file; the tensors' bytes live as long as the arena. */
    public static GgufFile map(Path path, Arena arena) throws IOException {
        String name = String.valueOf(path.getFileName());
        try (FileChannel channel = FileChannel.open(path)) {
            return read(name, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    /**
     * @param name of the file, for messages
     * @param bytes the whole file; must not change
     */
    public static GgufFile read(String name, MemorySegment bytes) {
        GgufCursor in = new GgufCursor(name, bytes);
        checkHeader(name, in);
        int tensorCount = in.count("the number of tensors", 32, MOST_TENSORS);
        GgufMetadata metadata = keys(name, in);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < tensorCount; i++) {
            entries.add(entry(name, in));
        }
        return new GgufFile(name, bytes.byteSize(), metadata, tensors(in, entries, bytes, alignment(metadata)));
    }

    /** Reads the keys only, whatever the tensors are. */
    public static GgufMetadata metadata(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(path)) {
            GgufCursor in = new GgufCursor(name, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            checkHeader(name, in);
            var _ = in.count("the number of tensors", 32, MOST_TENSORS);
            return keys(name, in);
        }
    }

    private static GgufMetadata keys(String name, GgufCursor in) {
        int count = in.count("the number of keys", 13, MOST_KEYS);
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = in.string("a key's name", MOST_NAME_BYTES);
            if (values.put(key, value(in, key)) != null) {
                throw in.fault("key " + key, "it occurs twice");
            }
        }
        return new GgufMetadata(name, values);
    }

    private static void checkHeader(String name, GgufCursor in) {
        if (in.remaining() < 24 || in.i32() != MAGIC) {
            throw new GgufException(name, "byte 0", "this is not a GGUF file", "Give a file that begins with GGUF");
        }
        int version = in.i32();
        if (version != VERSION) {
            String fault = "version " + Integer.toUnsignedString(version) + " is not read, only 3, little-endian";
            throw new GgufException(name, "byte 4", fault, "Convert the model again with a present-day converter");
        }
    }

    private static GgufValue value(GgufCursor in, String key) {
        int type = in.i32();
        return switch (type) {
            case 0, 1, 2, 3, 4, 5, 10, 11 -> new GgufValue.Whole(whole(in, type));
            case 6 -> new GgufValue.Real(in.f32());
            case 12 -> new GgufValue.Real(in.f64());
            case 7 -> new GgufValue.Flag(in.i8() != 0);
            case 8 -> new GgufValue.Text(in.string("key " + key, MOST_TEXT_BYTES));
            case 9 -> array(in, key);
            default -> throw in.fault("key " + key, "value type " + Integer.toUnsignedString(type) + " is unknown");
        };
    }

    private static GgufValue array(GgufCursor in, String key) {
        int type = in.i32();
        String what = "key " + key + ": the array's length";
        return switch (type) {
            case 0, 1, 2, 3, 4, 5, 7, 10, 11 -> {
                long[] values = new long[in.count(what, width(type), MOST_ELEMENTS)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = whole(in, type);
                }
                yield new GgufValue.Wholes(values);
            }
            case 6, 12 -> {
                double[] values = new double[in.count(what, type == 6 ? 4 : 8, MOST_ELEMENTS)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = type == 6 ? in.f32() : in.f64();
                }
                yield new GgufValue.Reals(values);
            }
            case 8 -> {
                int count = in.count(what, 8, MOST_ELEMENTS);
                List<String> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(in.string("key " + key + ", element " + i, MOST_NAME_BYTES));
                }
                yield new GgufValue.Texts(values);
            }
            default ->
                throw in.fault("key " + key, "array element type " + Integer.toUnsignedString(type) + " is not read");
        };
    }

    private static long whole(GgufCursor in, int type) {
        return switch (type) {
            case 0, 7 -> in.i8() & 0xFF;
            case 1 -> in.i8();
            case 2 -> in.i16() & 0xFFFF;
            case 3 -> in.i16();
            case 4 -> Integer.toUnsignedLong(in.i32());
            case 5 -> in.i32();
            default -> in.i64();
        };
    }

    private static int width(int type) {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5 -> 4;
            default -> 8;
        };
    }

    private static long alignment(GgufMetadata metadata) {
        String key = "general.alignment";
        long alignment = metadata.has(key) ? metadata.whole(key, 8, 1 << 20) : DEFAULT_ALIGNMENT;
        if (Long.bitCount(alignment) != 1) {
            throw metadata.fault(key, alignment + " is not a power of two");
        }
        return alignment;
    }

    /** A tensor's description before its bytes are looked at. */
    private record Entry(String name, TensorType type, List<Long> sizes, long offset, long size) {}

    private static Entry entry(String file, GgufCursor in) {
        String name = in.string("a tensor's name", MOST_NAME_BYTES);
        String place = "tensor " + name;
        int dimensions = in.i32();
        if (dimensions < 1 || dimensions > 4) {
            throw in.fault(place, "it has " + Integer.toUnsignedString(dimensions) + " dimensions, not 1 to 4");
        }
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            sizes.add(in.i64());
        }
        int typeId = in.i32();
        long offset = in.i64();
        TensorType type = TensorType.of(typeId)
                .orElseThrow(() -> new GgufException(
                        file,
                        place,
                        "its type " + Integer.toUnsignedString(typeId) + " is not read",
                        "Use a file of F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q6_K or MXFP4 tensors"));
        return new Entry(name, type, sizes, offset, byteSize(in, place, type, sizes));
    }

    private static long byteSize(GgufCursor in, String place, TensorType type, List<Long> sizes) {
        long elements = 1;
        for (long size : sizes) {
            if (size < 1 || Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
                throw in.fault(place, "its sizes " + sizes + " are not possible");
            }
            elements *= size;
        }
        if (sizes.getFirst() % type.blockSize() != 0) {
            throw in.fault(place, "rows of " + sizes.getFirst() + " do not divide into blocks of " + type.blockSize());
        }
        long blocks = elements / type.blockSize();
        if (blocks > Long.MAX_VALUE / type.blockBytes()) {
            throw in.fault(place, "its sizes " + sizes + " are not possible");
        }
        return blocks * type.blockBytes();
    }

    private static Map<String, GgufTensor> tensors(
            GgufCursor in, List<Entry> entries, MemorySegment bytes, long alignment) {
        long start = Math.ceilDiv(in.position(), alignment) * alignment;
        long room = bytes.byteSize() - start;
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (Entry e : entries) {
            String place = "tensor " + e.name();
            if (e.offset() < 0 || e.offset() % alignment != 0) {
                throw in.fault(
                        place, "its offset " + Long.toUnsignedString(e.offset()) + " is not aligned to " + alignment);
            }
            if (room < e.size() || e.offset() > room - e.size()) {
                throw in.fault(
                        place, "its " + e.size() + " bytes at offset " + e.offset() + " lie beyond the file's end");
            }
            MemorySegment stored = bytes.asSlice(start + e.offset(), e.size());
            if (tensors.put(e.name(), new GgufTensor(e.name(), e.type(), e.sizes(), stored)) != null) {
                throw in.fault(place, "it occurs twice");
            }
        }
        checkApart(in, entries);
        return tensors;
    }

    private static void checkApart(GgufCursor in, List<Entry> entries) {
        List<Entry> sorted =
                entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            Entry before = sorted.get(i - 1);
            if (before.offset() + before.size() > sorted.get(i).offset()) {
                throw in.fault("tensor " + sorted.get(i).name(), "it overlaps tensor " + before.name());
            }
        }
    }
}
