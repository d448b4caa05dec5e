package dev.parley.moe.engine.gguf;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes GGUF version 3, little-endian, aligned to 32 bytes. Keys and tensors come out in the order they were added. Tensors' bytes are
 * asked for one after the other while writing, so that a file may be larger than memory. Not thread-safe.
 */
public final class GgufWriter {
    private static final int ALIGNMENT = 32;

    private final Map<String, byte[]> keys = new LinkedHashMap<>(); // type and value, encoded
    private final Map<String, Entry> tensors = new LinkedHashMap<>();

    /** Gives a tensor's stored bytes, when they are needed. */
    public interface Content {
        byte[] bytes();
    }

    private record Entry(TensorType type, List<Long> sizes, Content content) {
        long byteSize() {
            return sizes.stream().reduce(1L, (a, b) -> a * b) / type.blockSize() * type.blockBytes();
        }
    }

    /** An unsigned 32-bit integer. */
    public GgufWriter whole(String key, int value) {
        return put(key, 4, little(4).putInt(value));
    }

    /** A 32-bit number. */
    public GgufWriter real(String key, float value) {
        return put(key, 6, little(4).putFloat(value));
    }

    public GgufWriter flag(String key, boolean value) {
        return put(key, 7, little(1).put((byte) (value ? 1 : 0)));
    }

    public GgufWriter text(String key, String value) {
        return put(key, 8, string(value));
    }

    public GgufWriter texts(String key, List<String> values) {
        List<ByteBuffer> all = values.stream().map(GgufWriter::string).toList();
        ByteBuffer out = little(12 + all.stream().mapToInt(ByteBuffer::capacity).sum());
        out.putInt(8).putLong(values.size());
        all.forEach(one -> out.put(one.flip()));
        return put(key, 9, out);
    }

    /** An array of signed 32-bit integers. */
    public GgufWriter wholes(String key, List<Integer> values) {
        ByteBuffer out = little(12 + 4 * values.size()).putInt(5).putLong(values.size());
        values.forEach(out::putInt);
        return put(key, 9, out);
    }

    /** An array of 32-bit numbers. */
    public GgufWriter reals(String key, List<Float> values) {
        ByteBuffer out = little(12 + 4 * values.size()).putInt(6).putLong(values.size());
        values.forEach(out::putFloat);
        return put(key, 9, out);
    }

    /** All keys of a file; integers become signed 64-bit ones where 32 bits do not hold them. */
    public GgufWriter keys(GgufMetadata metadata) {
        return keys(metadata, name -> name);
    }

    /** As {@link #keys(GgufMetadata)}, under other names. */
    public GgufWriter keys(GgufMetadata metadata, UnaryOperator<String> renamed) {
        for (String old : metadata.keys()) {
            String key = renamed.apply(old);
            switch (metadata.value(old)) {
                case GgufValue.Whole(long v) when v >= 0 && v <= Integer.MAX_VALUE -> whole(key, (int) v);
                case GgufValue.Whole(long v) -> put(key, 11, little(8).putLong(v));
                case GgufValue.Real(double v) -> real(key, (float) v);
                case GgufValue.Flag(boolean v) -> flag(key, v);
                case GgufValue.Text(String v) -> text(key, v);
                case GgufValue.Texts(List<String> v) -> texts(key, v);
                case GgufValue.Wholes(long[] v) ->
                    wholes(key, Arrays.stream(v).mapToObj(one -> (int) one).toList());
                case GgufValue.Reals(double[] v) ->
                    reals(key, Arrays.stream(v).mapToObj(one -> (float) one).toList());
            }
        }
        return this;
    }

    /**
     * @param sizes the fastest-running first; throws {@link IllegalArgumentException} if rows do not divide into the type's blocks
     */
    public GgufWriter tensor(String name, TensorType type, List<Integer> sizes, Content content) {
        if (sizes.getFirst() % type.blockSize() != 0) {
            throw new IllegalArgumentException(
                    name + ": rows of " + sizes.getFirst() + " are not whole blocks of " + type);
        }
        tensors.put(name, new Entry(type, sizes.stream().map(Integer::longValue).toList(), content));
        return this;
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new IllegalStateException("Memory takes every byte", e);
        }
        return out.toByteArray();
    }

    public void write(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            write(out);
        }
    }

    private void write(OutputStream out) throws IOException {
        byte[] head = head();
        out.write(head);
        pad(out, head.length);
        for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
            byte[] bytes = tensor.getValue().content().bytes();
            if (bytes.length != tensor.getValue().byteSize()) {
                throw new IllegalArgumentException(tensor.getKey() + " has " + bytes.length + " bytes, not "
                        + tensor.getValue().byteSize());
            }
            out.write(bytes);
            pad(out, bytes.length);
        }
    }

    private byte[] head() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(filled(little(20).putInt(3).putLong(tensors.size()).putLong(keys.size())));
        keys.forEach((key, value) -> {
            out.writeBytes(filled(string(key)));
            out.writeBytes(value);
        });
        long offset = 0;
        for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
            Entry e = tensor.getValue();
            out.writeBytes(filled(string(tensor.getKey())));
            ByteBuffer info = little(16 + 8 * e.sizes().size()).putInt(e.sizes().size());
            e.sizes().forEach(info::putLong);
            out.writeBytes(filled(info.putInt(e.type().id()).putLong(offset)));
            offset += Math.ceilDiv(e.byteSize(), ALIGNMENT) * ALIGNMENT;
        }
        return out.toByteArray();
    }

    private static void pad(OutputStream out, long written) throws IOException {
        out.write(new byte[(int) (Math.ceilDiv(written, ALIGNMENT) * ALIGNMENT - written)]);
    }

    private GgufWriter put(String key, int type, ByteBuffer value) {
        keys.put(key, filled(little(4 + value.capacity()).putInt(type).put(value.flip())));
        return this;
    }

    private static ByteBuffer string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return little(8 + utf8.length).putLong(utf8.length).put(utf8);
    }

    /** The bytes of a buffer that has been filled to its end. */
    private static byte[] filled(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
