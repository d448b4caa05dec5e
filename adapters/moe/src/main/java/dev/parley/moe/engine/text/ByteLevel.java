package dev.parley.moe.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte-level byte-pair encoding (GPT-2 and its descendants): pieces of text, their bytes, merged.
 *
 * @param byteIds by byte; a byte without a token (SmolLM2 lacks some control characters) has a number beyond the vocabulary, merges with
 *     nothing and is left out
 * @param size of the vocabulary
 */
@SuppressWarnings("ArrayRecordComponent")
record ByteLevel(PreTokenizer pre, BytePairs pairs, int[] byteIds, int size) implements TextEncoder {
    @Override
    public int[] encode(String text) {
        return pre.cut(text).stream()
                .flatMapToInt(piece -> Arrays.stream(pairs.merge(symbols(piece))))
                .filter(id -> id < size)
                .toArray();
    }

    private int[] symbols(String piece) {
        byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
        int[] symbols = new int[utf8.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = byteIds[utf8[i] & 0xFF];
        }
        return symbols;
    }
}
