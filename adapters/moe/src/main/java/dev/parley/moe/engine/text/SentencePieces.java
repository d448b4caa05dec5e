package dev.parley.moe.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's byte-pair encoding (Kudo and Richardson, arXiv:1808.06226), as Llama 1 and 2, Mistral and Mixtral use it: characters are
 * merged, the neighbours whose union is the token of the highest score first, leftmost first. Spaces are part of words, written
 * {@code \u2581}; a character without a token becomes the tokens of its bytes. A queue keeps it at n log n.
 *
 * @param ids of texts, control tokens not among them
 * @param scores by id
 * @param byteIds tokens of single bytes, -1 where there is none
 * @param spaced whether a space goes before the text
 */
@SuppressWarnings("ArrayRecordComponent")
record SentencePieces(Map<String, Integer> ids, double[] scores, int[] byteIds, boolean spaced) implements TextEncoder {
    static final char SPACE = '\u2581';

    @Override
    public int[] encode(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        return new Merging((spaced ? " " + text : text).replace(' ', SPACE)).run();
    }

    /** A union that is a token; stale once either side has merged otherwise. */
    private record Candidate(double score, int left, int middle, int end) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byScore = Double.compare(other.score, score);
            return byScore != 0 ? byScore : Integer.compare(left, other.left);
        }
    }

    /** One run. Symbols are stretches of the text, known by where they begin. */
    private final class Merging {
        private final String text;
        private final int[] end; // by beginning; 0 within a symbol
        private final int[] begin; // by end
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        Merging(String text) {
            this.text = text;
            end = new int[text.length()];
            begin = new int[text.length() + 1];
            for (int at = 0; at < text.length(); at = end[at]) {
                end[at] = at + Character.charCount(text.codePointAt(at));
                begin[end[at]] = at;
            }
        }

        int[] run() {
            for (int at = 0; at < text.length(); at = end[at]) {
                offer(at);
            }
            while (!queue.isEmpty()) {
                apply(queue.remove());
            }
            IntStream.Builder out = IntStream.builder();
            for (int at = 0; at < text.length(); at = end[at]) {
                write(text.substring(at, end[at]), out);
            }
            return out.build().toArray();
        }

        private void offer(int left) {
            int middle = end[left];
            if (middle == text.length()) {
                return;
            }
            Integer id = ids.get(text.substring(left, end[middle]));
            if (id != null) {
                queue.add(new Candidate(scores[id], left, middle, end[middle]));
            }
        }

        private void apply(Candidate c) {
            if (end[c.left()] != c.middle() || end[c.middle()] != c.end()) {
                return;
            }
            end[c.left()] = c.end();
            end[c.middle()] = 0;
            begin[c.end()] = c.left();
            offer(c.left());
            if (c.left() > 0) {
                offer(begin[c.left()]);
            }
        }

        private void write(String symbol, IntStream.Builder out) {
            @Nullable Integer id = ids.get(symbol);
            if (id != null) {
                out.add(id);
                return;
            }
            for (byte b : symbol.getBytes(StandardCharsets.UTF_8)) {
                if (byteIds[b & 0xFF] >= 0) {
                    out.add(byteIds[b & 0xFF]);
                }
            }
        }
    }
}
