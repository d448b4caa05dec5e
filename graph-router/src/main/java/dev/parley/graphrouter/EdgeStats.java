package dev.parley.graphrouter;

/**
 * Outcome statistics on all edges between two kinds of nodes, dense and flat: the edge (i, j) is at {@code i * to + j}.
 * Immutable by convention: arrays must not be changed.
 *
 * @param from number of source nodes (anchors or tasks)
 * @param to number of models
 * @param n number of outcomes, possibly decayed; 0 for no edge
 * @param quality mean, 0..1
 * @param tokens mean output tokens
 * @param seconds mean latency until the whole answer
 */
@SuppressWarnings("ArrayRecordComponent")
public record EdgeStats(int from, int to, float[] n, float[] quality, float[] tokens, float[] seconds) {
    public EdgeStats {
        int size = Math.multiplyExact(from, to);
        if (n.length != size || quality.length != size || tokens.length != size || seconds.length != size) {
            throw new IllegalArgumentException(
                    "edge statistics of " + from + " x " + to + " nodes need " + size + " values each");
        }
        for (int i = 0; i < size; i++) {
            if (!(n[i] >= 0) || !(quality[i] >= 0 && quality[i] <= 1) || !(tokens[i] >= 0) || !(seconds[i] >= 0)) {
                throw new IllegalArgumentException("edge " + i / to + " -> " + i % to
                        + ": counts, tokens and seconds must be >= 0 and quality 0..1, but are " + n[i] + ", "
                        + tokens[i] + ", " + seconds[i] + ", " + quality[i]);
            }
        }
    }

    /** No outcome at all. */
    public static EdgeStats none(int from, int to) {
        int size = from * to;
        return new EdgeStats(from, to, new float[size], new float[size], new float[size], new float[size]);
    }
}
