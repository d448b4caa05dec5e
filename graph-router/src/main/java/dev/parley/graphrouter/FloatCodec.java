package dev.parley.graphrouter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Compact texts of float arrays. */
final class FloatCodec {
    private static final float LARGEST_HALF = 65504;

    private FloatCodec() {}

    /** Little-endian IEEE half floats; larger values are cut to the largest half, NaN stays. */
    static String halves(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(Math.clamp(value, -LARGEST_HALF, LARGEST_HALF)));
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** @param expected number of values, or -1 for any */
    static float[] fromHalves(String text, int expected, String place) {
        ByteBuffer bytes = decoded(text, place).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() % 2 != 0 || (expected >= 0 && bytes.remaining() != expected * 2)) {
            throw new IllegalArgumentException(
                    place + ": " + expected + " half floats expected, but there are " + bytes.remaining() + " bytes");
        }
        float[] values = new float[bytes.remaining() / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat(bytes.getShort());
        }
        return values;
    }

    /** Rows of one 32-bit scale and signed bytes: value = byte * scale. */
    static String bytes(float[] values, int row) {
        int rows = row == 0 ? 0 : values.length / row;
        ByteBuffer bytes = ByteBuffer.allocate(rows * (4 + row)).order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < rows; r++) {
            float largest = 1e-12f;
            for (int i = 0; i < row; i++) {
                largest = Math.max(largest, Math.abs(values[r * row + i]));
            }
            float scale = largest / 127;
            bytes.putFloat(scale);
            for (int i = 0; i < row; i++) {
                bytes.put((byte) Math.round(values[r * row + i] / scale));
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static float[] fromBytes(String text, int rows, int row, String place) {
        ByteBuffer bytes = decoded(text, place).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != (long) rows * (4 + row)) {
            throw new IllegalArgumentException(place + ": " + rows + " rows of " + row
                    + " bytes and a scale expected, but there are " + bytes.remaining() + " bytes");
        }
        float[] values = new float[rows * row];
        for (int r = 0; r < rows; r++) {
            float scale = bytes.getFloat();
            for (int i = 0; i < row; i++) {
                values[r * row + i] = bytes.get() * scale;
            }
        }
        return values;
    }

    private static ByteBuffer decoded(String text, String place) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": not base64: " + e.getMessage(), e);
        }
    }
}
