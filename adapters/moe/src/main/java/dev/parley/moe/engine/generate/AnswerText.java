package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.text.TextStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Keeps the scores of tokens in step with the text they make up: a score is told with the character its token ends in. Not thread-safe. */
final class AnswerText {
    private final TextStream stream;
    private final GenerationListener listener;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long shown;

    AnswerText(List<String> stops, GenerationListener listener) {
        this.stream = new TextStream(stops);
        this.listener = listener;
    }

    /**
     * @param start characters before the token
     * @param end characters that must be shown before the score is
     */
    private record Pending(TokenScore score, long start, long end) {}

    /** Takes the next token; {@code score} holds one element, or none if scores are not asked for. */
    void add(byte[] bytes, List<TokenScore> score) {
        long start = stream.decoded();
        String text = stream.add(bytes);
        long end = stream.decoded() + (stream.withinCharacter() ? 1 : 0);
        score.forEach(s -> pending.add(new Pending(s, start, end)));
        tell(text, false);
    }

    /** The answer ends: tells what was held back. */
    void end() {
        tell(stream.end(), true);
    }

    boolean stopped() {
        return stream.stopped();
    }

    String stop() {
        return stream.hit();
    }

    private void tell(String text, boolean last) {
        shown += text.length();
        List<TokenScore> scores = new ArrayList<>();
        while (!pending.isEmpty() && due(pending.getFirst(), last)) {
            scores.add(pending.removeFirst().score());
        }
        if (!text.isEmpty() || !scores.isEmpty()) {
            listener.delta(text, scores);
        }
    }

    private boolean due(Pending p, boolean last) {
        if (stopped()) {
            return p.start() < shown;
        }
        return last || p.end() <= shown;
    }
}
