package dev.parley.moe.engine.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Rounds numbers to the storage of a tensor. Scales are taken from the extremes of each block. Stateless. */
public final class BlockEncoder {
    private BlockEncoder() {}

    /** The stored bytes of {@code values}, whose number is a multiple of the type's block; MXFP4 is read only. */
    public static byte[] encode(TensorType type, float[] values) {
        byte[] bytes = new byte[values.length / type.blockSize() * type.blockBytes()];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += type.blockSize()) {
            switch (type) {
                case F32 -> out.putFloat(values[at]);
                case F16 -> out.putShort(Float.floatToFloat16(values[at]));
                case BF16 -> out.putShort((short) ((Float.floatToRawIntBits(values[at]) + 0x8000) >>> 16));
                case Q8_0 -> q8(values, at, out);
                case Q4_0 -> q4(values, at, out, false);
                case Q4_1 -> q4(values, at, out, true);
                case Q5_0 -> q5(values, at, out);
                case Q4_K -> q4k(values, at, out);
                case Q6_K -> q6k(values, at, out);
                case MXFP4 -> throw new IllegalArgumentException("MXFP4 is not written");
            }
        }
        return bytes;
    }

    private static void q8(float[] values, int at, ByteBuffer out) {
        float scale = half(out, largest(values, at, 32) / 127);
        for (int i = at; i < at + 32; i++) {
            out.put((byte) whole(values[i], scale, -127, 127));
        }
    }

    private static void q4(float[] values, int at, ByteBuffer out, boolean minimum) {
        float[] range = range(values, at);
        float scale = half(out, minimum ? (range[1] - range[0]) / 15 : largest(values, at, 32) / 7);
        float least = minimum ? half(out, range[0]) : -8 * scale;
        for (int i = at; i < at + 16; i++) {
            out.put((byte)
                    (whole(values[i] - least, scale, 0, 15) | (whole(values[i + 16] - least, scale, 0, 15) << 4)));
        }
    }

    private static void q5(float[] values, int at, ByteBuffer out) {
        float scale = half(out, largest(values, at, 32) / 15);
        int fifths = 0;
        byte[] fours = new byte[16];
        for (int j = 0; j < 32; j++) {
            int q = whole(values[at + j] + 16 * scale, scale, 0, 31);
            fifths |= (q >> 4) << j;
            fours[j % 16] |= (byte) ((q & 0xF) << (j / 16 * 4));
        }
        out.putInt(fifths).put(fours);
    }

    private static void q4k(float[] values, int at, ByteBuffer out) {
        float widest = 0;
        float lowest = 0;
        for (int b = 0; b < 8; b++) {
            float[] range = range(values, at + b * 32);
            widest = Math.max(widest, range[1] - Math.min(0, range[0]));
            lowest = Math.max(lowest, -range[0]);
        }
        float factor = half(out, widest / 15 / 63);
        float minimum = half(out, lowest / 63);
        int[] scales = new int[8];
        int[] minima = new int[8];
        for (int b = 0; b < 8; b++) {
            float[] range = range(values, at + b * 32);
            scales[b] = whole((range[1] - Math.min(0, range[0])) / 15, factor, 0, 63);
            minima[b] = whole(Math.max(0, -range[0]), minimum, 0, 63);
        }
        for (int i = 0; i < 12; i++) {
            int low = i < 4 ? scales[i] | (scales[i + 4] >> 4 << 6) : minima[i % 4] | (minima[i % 4 + 4] >> 4 << 6);
            out.put((byte) (i < 8 ? low : (scales[i - 4] & 0xF) | ((minima[i - 4] & 0xF) << 4)));
        }
        for (int b = 0; b < 8; b += 2) {
            for (int i = 0; i < 32; i++) {
                int low = whole(values[at + b * 32 + i] + minimum * minima[b], factor * scales[b], 0, 15);
                int high = whole(values[at + b * 32 + 32 + i] + minimum * minima[b + 1], factor * scales[b + 1], 0, 15);
                out.put((byte) (low | (high << 4)));
            }
        }
    }

    private static void q6k(float[] values, int at, ByteBuffer out) {
        float factor = Float.float16ToFloat(Float.floatToFloat16(largest(values, at, 256) / 31 / 127));
        byte[] scales = new byte[16];
        int[] quants = new int[256];
        for (int i = 0; i < 256; i++) {
            if (i % 16 == 0) {
                scales[i / 16] = (byte) whole(largest(values, at + i, 16) / 31, factor, 0, 127);
            }
            quants[i] = whole(values[at + i], factor * scales[i / 16], -32, 31) + 32;
        }
        for (int i = 0; i < 128; i++) {
            int n = i / 64 * 128 + i % 64;
            out.put((byte) ((quants[n] & 0xF) | ((quants[n + 64] & 0xF) << 4)));
        }
        for (int i = 0; i < 64; i++) {
            int n = i / 32 * 128 + i % 32;
            out.put((byte) ((quants[n] >> 4)
                    | (quants[n + 32] >> 4 << 2)
                    | (quants[n + 64] >> 4 << 4)
                    | (quants[n + 96] >> 4 << 6)));
        }
        out.put(scales);
        half(out, factor);
    }

    private static int whole(float value, float scale, int least, int most) {
        return scale == 0 ? Math.clamp(0, least, most) : Math.clamp(Math.round(value / scale), least, most);
    }

    /** Writes a number in half precision and gives it as it will be read. */
    private static float half(ByteBuffer out, float value) {
        short half = Float.floatToFloat16(value);
        out.putShort(half);
        return Float.float16ToFloat(half);
    }

    private static float largest(float[] values, int at, int n) {
        float largest = 0;
        for (int i = at; i < at + n; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    private static float[] range(float[] values, int at) {
        float[] range = {values[at], values[at]};
        for (int i = at; i < at + 32; i++) {
            range[0] = Math.min(range[0], values[i]);
            range[1] = Math.max(range[1], values[i]);
        }
        return range;
    }
}
