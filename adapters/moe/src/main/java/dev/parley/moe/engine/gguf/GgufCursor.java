package dev.parley.moe.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads little-endian values one after another; every read is checked against what is left. Not thread-safe. */
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String REMEDY = "The file is cut off or damaged: download it again";

    private final String file;
    private final MemorySegment bytes;
    private long position;

    GgufCursor(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    byte i8() {
        return bytes.get(ValueLayout.JAVA_BYTE, take(1));
    }

    short i16() {
        return bytes.get(SHORT, take(2));
    }

    int i32() {
        return bytes.get(INT, take(4));
    }

    long i64() {
        return bytes.get(LONG, take(8));
    }

    float f32() {
        return Float.intBitsToFloat(i32());
    }

    double f64() {
        return Double.longBitsToDouble(i64());
    }

    /** A count of things of at least {@code unit} bytes each, so that no count exceeds what the file can hold. */
    int count(String what, long unit, int most) {
        long at = position;
        long count = i64();
        if (count < 0 || count > remaining() / unit || count > most) {
            throw new GgufException(
                    file,
                    "byte " + at,
                    what + " is " + Long.toUnsignedString(count) + ", more than the file holds or than " + most,
                    REMEDY);
        }
        return (int) count;
    }

    String string(String what, int most) {
        int length = count("length of " + what, 1, most);
        byte[] text = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, take(length), text, 0, length);
        return new String(text, StandardCharsets.UTF_8);
    }

    GgufException fault(String place, String fault) {
        return new GgufException(file, place, fault, REMEDY);
    }

    private long take(long size) {
        if (size > remaining()) {
            throw new GgufException(file, "byte " + position, "the file ends within a value", REMEDY);
        }
        long at = position;
        position += size;
        return at;
    }
}
