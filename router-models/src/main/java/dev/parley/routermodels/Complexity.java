package dev.parley.routermodels;

import java.util.List;

/**
 * What a text shows of its complexity without a model: size, numbers, code, questions, constraints. The same values as
 * {@code training/heads/complexity.py}, by which the weights were trained; a golden file holds both to them. One pass by hand, for
 * regular expressions took 78 us of the lexical tier's 100. Pure.
 */
public final class Complexity {
    /** Number of values. */
    public static final int SIZE = 14;

    private static final int LONGEST = 4000; // code points looked at
    private static final List<String> CODE_STARTS = List.of(
            "def ", "class ", "import ", "from ", "public ", "function ", "#include", "SELECT ", "return ", "assert ");
    private static final List<String> CONSTRAINTS = List.of(
            "must",
            "exactly",
            "at least",
            "at most",
            "only",
            "no more than",
            "without",
            "words",
            "sentences",
            "bullet",
            "json",
            "table",
            "step by step");
    private static final boolean[] CONSTRAINT_STARTS = starts();

    private final String text;
    private int all;
    private int words;
    private int lines;
    private int digits;
    private int numbers;
    private int math;
    private int code;
    private boolean codeMark;
    private int upper;
    private int letters;
    private int foreign;
    private int questions;
    private int choices;
    private int constraints;
    private int sentences;

    private Complexity(String text) {
        this.text = text;
    }

    /** Values [{@link #SIZE}], each about 0..1. */
    public static float[] of(String text) {
        Complexity seen = new Complexity(cut(text));
        seen.scan();
        return seen.values();
    }

    private static boolean[] starts() {
        boolean[] starts = new boolean[128];
        for (String phrase : CONSTRAINTS) {
            starts[phrase.charAt(0)] = true;
            starts[Character.toUpperCase(phrase.charAt(0))] = true;
        }
        return starts;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST || text.codePointCount(0, text.length()) <= LONGEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST));
    }

    private void scan() {
        codeMark = text.contains("```");
        lineStarts(0);
        boolean inWord = false;
        boolean inNumber = false;
        int behindConstraint = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean space = isSpace(c);
            words += !space && !inWord ? 1 : 0;
            inWord = !space;
            boolean digit = c >= '0' && c <= '9';
            numbers += digit && !inNumber ? 1 : 0;
            inNumber = digit;
            count(c, digit);
            if (c < 128) {
                if (i >= behindConstraint && CONSTRAINT_STARTS[c] && (i == 0 || !isWord(text.charAt(i - 1)))) {
                    behindConstraint = constraint(i);
                }
                mark(c, next);
            }
            i = next;
        }
    }

    private void count(int c, boolean digit) {
        all++;
        digits += digit ? 1 : 0;
        if (c > 127) {
            foreign++;
            letters += Character.isLetter(c) ? 1 : 0;
            return;
        }
        boolean capital = c >= 'A' && c <= 'Z';
        upper += capital ? 1 : 0;
        letters += capital || (c >= 'a' && c <= 'z') ? 1 : 0;
    }

    /** ASCII signs; {@code next} is where the text goes on. */
    private void mark(int c, int next) {
        switch (c) {
            case '\n' -> {
                lines++;
                lineStarts(next);
            }
            case '+', '-', '*', '/', '^', '\\', '$', '%' -> math++;
            case '=', '<', '>' -> {
                math++;
                code++;
            }
            case '{', '}', '(', ')', '[', ']', ';', '_', '`' -> code++;
            case '.', '!', '?' -> {
                questions += c == '?' ? 1 : 0;
                boolean ends = next == text.length() || text.charAt(next) == ' ' || text.charAt(next) == '\n';
                sentences += ends ? 1 : 0;
            }
            default -> {}
        }
    }

    private void lineStarts(int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        for (int k = 0; k < CODE_STARTS.size() && !codeMark; k++) {
            codeMark = text.startsWith(CODE_STARTS.get(k), at);
        }
        at += text.startsWith("(", at) ? 1 : 0;
        boolean choice = at + 2 < text.length()
                && text.charAt(at) >= 'A'
                && text.charAt(at) <= 'E'
                && ".):".indexOf(text.charAt(at + 1)) >= 0
                && text.charAt(at + 2) == ' ';
        choices += choice ? 1 : 0;
    }

    /** Counts a constraint that begins here; returns the position behind it. */
    private int constraint(int from) {
        char first = (char) (text.charAt(from) | 0x20); // ASCII's small letter
        for (String phrase : CONSTRAINTS) {
            int end = from + phrase.length();
            if (phrase.charAt(0) == first
                    && text.regionMatches(true, from, phrase, 0, phrase.length())
                    && (end == text.length() || !isWord(text.charAt(end)))) {
                constraints++;
                return end;
            }
        }
        return from;
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** As Python's {@code str.split} sees it. */
    private static boolean isSpace(int c) {
        return (c >= 0x09 && c <= 0x0D)
                || (c >= 0x1C && c <= 0x20)
                || c == 0x85
                || c == 0xA0
                || (c > 127 && Character.isSpaceChar(c));
    }

    private float[] values() {
        double size = Math.max(1, all);
        return new float[] {
            (float) (Math.log1p(all) / 9),
            (float) (Math.log1p(words) / 8),
            (float) (Math.log1p(lines) / 5),
            (float) (digits / size),
            (float) Math.min(1, Math.log1p(numbers) / 4),
            (float) Math.min(1, 5 * math / size),
            (float) Math.min(1, 5 * code / size),
            codeMark ? 1 : 0,
            (float) (upper / (double) Math.max(1, letters)),
            (float) (foreign / size),
            (float) Math.min(1, questions / 3.0),
            (float) Math.min(1, choices / 4.0),
            (float) Math.min(1, Math.log1p(constraints) / 2),
            (float) Math.min(1, Math.log1p(sentences) / 4)
        };
    }
}
