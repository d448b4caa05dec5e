package dev.parley.chat.json;

import dev.parley.chat.ChatFailure;

/**
 * Moves over JSON in a range of UTF-8 bytes and validates all it skips: grammar, escapes, UTF-8, depth. Strings go by eight bytes at a
 * time (SWAR). Positions are indices of the array. Every method throws only the {@link ChatFailure} its {@link Blame} makes.
 * Immutable; its cursors are not.
 */
public final class JsonScan {
    /** Deeper nesting is refused: no honest request needs it, and readers downstream recurse. */
    public static final int MAX_DEPTH = 256;

    private static final String TRUE = "true";
    private static final String FALSE = "false";
    private static final String NULL = "null";

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final Blame blame;

    /**
     * @param bytes must not change
     * @param start first byte of the document
     * @param end behind its last
     */
    public JsonScan(byte[] bytes, int start, int end, Blame blame) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.blame = blame;
    }

    public byte[] bytes() {
        return bytes;
    }

    public Blame blame() {
        return blame;
    }

    /** The start of the one value that is the document; throws if there is none or something follows it. */
    public int document() {
        int value = space(start);
        finish(skip(value));
        return value;
    }

    /**
     * Where the object begins that the document must be. What is in it is validated by whoever moves over it, who then calls
     * {@link #finish}.
     */
    public int documentObject() {
        int value = space(start);
        if (value == end || bytes[value] != '{') {
            document();
            throw blame.fault("", "The body must be a JSON object.");
        }
        return value;
    }

    /** Throws if something follows the document, which ended before {@code after}. */
    public void finish(int after) {
        int rest = space(after);
        if (rest != end) {
            throw fault(rest, "something follows the end of the document");
        }
    }

    /** The position behind the value that begins at {@code at}, validated. */
    public int skip(int at) {
        return value(at, 0);
    }

    /** A cursor over the members of the object at {@code object}. */
    public Members members(int object) {
        return new Members(object);
    }

    /** A cursor over the elements of the array at {@code array}. */
    public Items items(int array) {
        return new Items(array);
    }

    private int space(int at) {
        int i = at;
        while (i < end && isSpace(bytes[i])) {
            i++;
        }
        return i;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private int value(int at, int depth) {
        return switch (peek(at)) {
            case '{' -> object(at, deeper(at, depth));
            case '[' -> array(at, deeper(at, depth));
            case '"' -> string(at);
            case 't' -> word(at, TRUE);
            case 'f' -> word(at, FALSE);
            case 'n' -> word(at, NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at);
            default -> throw fault(at, "a value was expected");
        };
    }

    private int deeper(int at, int depth) {
        if (depth >= MAX_DEPTH) {
            throw fault(at, "nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private int object(int at, int depth) {
        int i = space(at + 1);
        if (peek(i) == '}') {
            return i + 1;
        }
        while (true) {
            i = space(value(colon(string(i)), depth));
            if (peek(i) == '}') {
                return i + 1;
            }
            i = space(comma(i, '}'));
        }
    }

    private int array(int at, int depth) {
        int i = space(at + 1);
        if (peek(i) == ']') {
            return i + 1;
        }
        while (true) {
            i = space(value(i, depth));
            if (peek(i) == ']') {
                return i + 1;
            }
            i = space(comma(i, ']'));
        }
    }

    private int comma(int at, char close) {
        if (peek(at) != ',') {
            throw fault(at, "',' or '" + close + "' was expected");
        }
        return at + 1;
    }

    /** From behind a member's name to its value. */
    private int colon(int at) {
        int i = space(at);
        if (peek(i) != ':') {
            throw fault(i, "':' was expected");
        }
        return space(i + 1);
    }

    private int word(int at, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek(at + i) != word.charAt(i)) {
                throw fault(at, "'" + word + "' was expected");
            }
        }
        return at + word.length();
    }

    private int number(int at) {
        int i = bytes[at] == '-' ? at + 1 : at;
        i = peek(i) == '0' ? i + 1 : digits(i);
        if (i < end && bytes[i] == '.') {
            i = digits(i + 1);
        }
        if (i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
            i++;
            i = peek(i) == '+' || peek(i) == '-' ? i + 1 : i;
            i = digits(i);
        }
        return i;
    }

    private int digits(int at) {
        int i = at;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        if (i == at) {
            throw fault(at, "a digit was expected");
        }
        return i;
    }

    private int string(int at) {
        if (peek(at) != '"') {
            throw fault(at, "a string was expected");
        }
        int i = at + 1;
        while (true) {
            i = StringBytes.plain(bytes, i, end);
            byte b = peek(i);
            if (b == '"') {
                return i + 1;
            } else if (b == '\\') {
                i = escape(i);
            } else if (b < 0) {
                int behind = StringBytes.multibyte(bytes, i, end);
                if (behind < 0) {
                    throw fault(i, "invalid UTF-8");
                }
                i = behind;
            } else {
                throw fault(i, "a control character must be escaped inside a string");
            }
        }
    }

    private int escape(int at) {
        return switch (peek(at + 1)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' -> {
                for (int i = at + 2; i < at + 6; i++) {
                    if (Character.digit(peek(i), 16) < 0) {
                        throw fault(i, "four hexadecimal digits were expected after \\u");
                    }
                }
                yield at + 6;
            }
            default -> throw fault(at, "unknown escape");
        };
    }

    private byte peek(int at) {
        if (at >= end) {
            throw blame.fault("", "The body is not valid JSON: it ends too early, at byte " + (end - start) + ".");
        }
        return bytes[at];
    }

    private ChatFailure fault(int at, String what) {
        return blame.fault("", "The body is not valid JSON: " + what + " at byte " + (at - start) + ".");
    }

    /** The members of an object, in order. A value is validated when its end is asked for or the cursor moves on. */
    public final class Members {
        private static final int UNKNOWN = -1;
        private int at;
        private boolean begun;
        private int nameStart;
        private int nameEnd;
        private int valueStart;
        private int valueEnd = UNKNOWN;

        private Members(int object) {
            at = object + 1;
        }

        /** Moves to the next member; false behind the last. */
        public boolean next() {
            int i = space(begun ? valueEnd() : at);
            if (peek(i) == '}') {
                at = i + 1;
                return false;
            }
            i = begun ? space(comma(i, '}')) : i;
            begun = true;
            nameStart = i;
            nameEnd = string(i);
            valueStart = colon(nameEnd);
            peek(valueStart);
            valueEnd = UNKNOWN;
            return true;
        }

        /** Behind the closing brace, once {@link #next} was false. */
        public int behind() {
            return at;
        }

        /** Position of the name's opening quote. */
        public int nameStart() {
            return nameStart;
        }

        public int valueStart() {
            return valueStart;
        }

        /** Behind the value. */
        public int valueEnd() {
            if (valueEnd == UNKNOWN) {
                valueEnd = skip(valueStart);
            }
            return valueEnd;
        }

        /** The caller has moved over the value itself, up to here. */
        public void passed(int behindValue) {
            valueEnd = behindValue;
        }

        public String name() {
            return JsonText.unquote(bytes, nameStart, nameEnd);
        }

        /** Whether the member has this (ASCII) name. */
        public boolean is(String name) {
            int length = nameEnd - nameStart - 2;
            if (length != name.length()) {
                return length > name.length() && escaped() && name().equals(name);
            }
            for (int i = 0; i < length; i++) {
                if (bytes[nameStart + 1 + i] != name.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private boolean escaped() {
            for (int i = nameStart; i < nameEnd; i++) {
                if (bytes[i] == '\\') {
                    return true;
                }
            }
            return false;
        }
    }

    /** The elements of an array, in order; validated as {@link Members} are. */
    public final class Items {
        private int at;
        private boolean begun;
        private int start;
        private int end = Members.UNKNOWN;

        private Items(int array) {
            at = array + 1;
        }

        /** Moves to the next element; false behind the last. */
        public boolean next() {
            int i = space(begun ? end() : at);
            if (peek(i) == ']') {
                at = i + 1;
                return false;
            }
            start = begun ? space(comma(i, ']')) : i;
            peek(start);
            begun = true;
            end = Members.UNKNOWN;
            return true;
        }

        /** Behind the closing bracket, once {@link #next} was false. */
        public int behind() {
            return at;
        }

        public int start() {
            return start;
        }

        /** Behind the element. */
        public int end() {
            if (end == Members.UNKNOWN) {
                end = skip(start);
            }
            return end;
        }

        /** The caller has moved over the element itself, up to here. */
        public void passed(int behindElement) {
            end = behindElement;
        }
    }
}
