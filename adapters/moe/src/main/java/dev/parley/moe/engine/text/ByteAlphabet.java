package dev.parley.moe.engine.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GPT-2's printable stand-in for each byte: itself where printable, else a character from U+0100 on. */
final class ByteAlphabet {
    private static final char[] LETTER = new char[256];
    private static final int[] BYTE = new int[512];

    static {
        Arrays.fill(BYTE, -1);
        int shifted = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            LETTER[b] = (char) (printable ? b : shifted++);
            BYTE[LETTER[b]] = b;
        }
    }

    private ByteAlphabet() {}

    static String letter(int unsignedByte) {
        return String.valueOf(LETTER[unsignedByte]);
    }

    /** The bytes a token's letters stand for; characters outside the alphabet stand for their own UTF-8. */
    static byte[] bytes(String letters) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        letters.codePoints().forEach(c -> {
            if (c < BYTE.length && BYTE[c] >= 0) {
                bytes.write(BYTE[c]);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
