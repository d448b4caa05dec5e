package dev.parley.moe.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes GGUF files for tests, byte by byte, right or deliberately wrong. */
public final class GgufBytes {
    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private long keyCount;
    private long tensorCount;

    public GgufBytes whole(String key, long value) {
        return key(key, 4, little(4, b -> b.putInt((int) value)));
    }

    public GgufBytes real(String key, double value) {
        return key(key, 6, little(4, b -> b.putFloat((float) value)));
    }

    public GgufBytes flag(String key, boolean value) {
        return key(key, 7, new byte[] {(byte) (value ? 1 : 0)});
    }

    public GgufBytes text(String key, String value) {
        return key(key, 8, string(value));
    }

    public GgufBytes texts(String key, List<String> values) {
        ByteArrayOutputStream out = arrayHead(8, values.size());
        values.forEach(v -> out.writeBytes(string(v)));
        return key(key, 9, out.toByteArray());
    }

    public GgufBytes wholes(String key, List<Integer> values) {
        ByteArrayOutputStream out = arrayHead(5, values.size());
        values.forEach(v -> out.writeBytes(little(4, b -> b.putInt(v))));
        return key(key, 9, out.toByteArray());
    }

    public GgufBytes key(String key, int type, byte[] value) {
        keyCount++;
        keys.writeBytes(string(key));
        keys.writeBytes(little(4, b -> b.putInt(type)));
        keys.writeBytes(value);
        return this;
    }

    /** Appends a tensor at the next aligned offset. */
    public GgufBytes tensor(String name, int type, List<Integer> sizes, byte[] bytes) {
        pad(content);
        return tensorAt(name, type, sizes.stream().map(Integer::longValue).toList(), content.size(), bytes);
    }

    /** Appends a tensor that claims any sizes and any offset. */
    public GgufBytes tensorAt(String name, int type, List<Long> sizes, long offset, byte[] bytes) {
        tensorCount++;
        infos.writeBytes(string(name));
        infos.writeBytes(little(4, b -> b.putInt(sizes.size())));
        sizes.forEach(s -> infos.writeBytes(little(8, b -> b.putLong(s))));
        infos.writeBytes(little(4, b -> b.putInt(type)));
        infos.writeBytes(little(8, b -> b.putLong(offset)));
        content.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        return bytes(3, tensorCount, keyCount);
    }

    public byte[] bytes(int version, long tensors, long claimedKeys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(little(4, b -> b.putInt(version)));
        out.writeBytes(little(8, b -> b.putLong(tensors)));
        out.writeBytes(little(8, b -> b.putLong(claimedKeys)));
        out.writeBytes(keys.toByteArray());
        out.writeBytes(infos.toByteArray());
        pad(out);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % 32 != 0) {
            out.write(0);
        }
    }

    private static ByteArrayOutputStream arrayHead(int type, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(4, b -> b.putInt(type)));
        out.writeBytes(little(8, b -> b.putLong(length)));
        return out;
    }

    public static byte[] string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(8, b -> b.putLong(utf8.length)));
        out.writeBytes(utf8);
        return out.toByteArray();
    }

    /** How a value is put into a buffer. */
    public interface Put {
        void into(ByteBuffer buffer);
    }

    public static byte[] little(int size, Put put) {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        put.into(buffer);
        return buffer.array();
    }

    /** The byte alphabet of GPT-2, in byte order. */
    public static List<String> byteLetters() {
        List<String> letters = new ArrayList<>();
        int shifted = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            letters.add(String.valueOf((char) (printable ? b : shifted++)));
        }
        return letters;
    }
}
