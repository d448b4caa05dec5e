package dev.parley.moe.engine.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns the bytes of tokens into text that may be shown: whole characters only, and nothing that is or may become a stop sequence.
 * Bytes that are no UTF-8 become U+FFFD. Not thread-safe.
 */
public final class TextStream {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private ByteBuffer tail = ByteBuffer.allocate(0);
    private String hit = "";
    private long decoded;

    /**
     * @param stops none of them empty
     */
    public TextStream(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /** Takes a token's bytes and gives the text that is now certain, often none. */
    public String add(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(tail.remaining() + bytes.length)
                .put(tail)
                .put(bytes)
                .flip();
        decode(in, false);
        tail = in;
        return certain();
    }

    /** The answer ends here: what was held back, unless a stop sequence was hit. */
    public String end() {
        if (stopped()) {
            return "";
        }
        decode(tail, true);
        String text = certain() + (stopped() ? "" : held.toString());
        held.setLength(0);
        return text;
    }

    public boolean stopped() {
        return !hit.isEmpty();
    }

    /** The stop sequence that was hit; empty if none. */
    public String hit() {
        return hit;
    }

    /** Characters seen so far, shown or held back. */
    public long decoded() {
        return decoded;
    }

    /** Whether the last token ended within a character. */
    public boolean withinCharacter() {
        return tail.hasRemaining();
    }

    private void decode(ByteBuffer in, boolean last) {
        CharBuffer out = CharBuffer.allocate(in.remaining() + 4);
        decoder.decode(in, out, last);
        if (last) {
            decoder.flush(out);
        }
        held.append(out.flip());
        decoded += out.length();
    }

    private String certain() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
                hit = stop;
            }
        }
        int end = first >= 0 ? first : held.length() - openEnd();
        String text = held.substring(0, end);
        held.delete(0, end);
        return text;
    }

    /** Length of the longest end of the held text that begins a stop sequence. */
    private int openEnd() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
