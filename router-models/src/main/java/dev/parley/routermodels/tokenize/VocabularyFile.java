package dev.parley.routermodels.tokenize;

import java.util.HashMap;
import java.util.Map;

/** Reads the {@code "vocab": {"piece": id, ...}} object of a Hugging Face tokenizer.json, and nothing else of it. */
final class VocabularyFile {
    private final String json;
    private int at;

    private VocabularyFile(String json, int at) {
        this.json = json;
        this.at = at;
    }

    static Map<String, Integer> read(String json) {
        int key = json.indexOf("\"vocab\"");
        if (key < 0) {
            throw new IllegalArgumentException("tokenizer.json has no \"vocab\" object: is it a WordPiece tokenizer?");
        }
        return new VocabularyFile(json, key + 7).pieces();
    }

    private Map<String, Integer> pieces() {
        Map<String, Integer> pieces = new HashMap<>(65536);
        expect(':');
        expect('{');
        while (peek() != '}') {
            String piece = string();
            expect(':');
            pieces.put(piece, number());
            if (peek() == ',') {
                at++;
            }
        }
        return pieces;
    }

    private char peek() {
        while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        if (at >= json.length()) {
            throw broken("the file ends");
        }
        return json.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw broken("'" + c + "' expected");
        }
        at++;
    }

    private int number() {
        peek();
        int begin = at;
        while (at < json.length() && Character.isDigit(json.charAt(at))) {
            at++;
        }
        if (begin == at) {
            throw broken("a token id expected");
        }
        return Integer.parseInt(json, begin, at, 10);
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (at < json.length() && json.charAt(at) != '"') {
            char c = json.charAt(at++);
            out.append(c == '\\' ? escape() : c);
        }
        expect('"');
        return out.toString();
    }

    private char escape() {
        char c = json.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(json, at - 4, at, 16);
            }
            default -> c;
        };
    }

    private IllegalArgumentException broken(String what) {
        return new IllegalArgumentException("tokenizer.json: in \"vocab\", at character " + at + ": " + what);
    }
}
