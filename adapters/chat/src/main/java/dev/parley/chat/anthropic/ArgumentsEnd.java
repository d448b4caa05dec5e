package dev.parley.chat.anthropic;

/** Tells whether the pieces of a tool call's arguments make a whole JSON object yet. Not thread-safe. */
final class ArgumentsEnd {
    private int depth;
    private boolean begun;
    private boolean quoted;
    private boolean escaped;

    void add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            add(piece.charAt(i));
        }
    }

    private void add(char c) {
        if (quoted) {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return;
        }
        switch (c) {
            case '"' -> quoted = true;
            case '{', '[' -> {
                begun = true;
                depth++;
            }
            case '}', ']' -> depth--;
            default -> {}
        }
    }

    boolean reached() {
        return begun && depth <= 0;
    }
}
