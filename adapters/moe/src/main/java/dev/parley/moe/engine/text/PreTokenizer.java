package dev.parley.moe.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts text into the pieces within which byte pairs merge; by the names of {@code tokenizer.ggml.pre}. */
@SuppressWarnings("ImmutableEnumChecker") // The list is made by toList() and never changes.
enum PreTokenizer {
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
    /** Each digit is cut off first, then as GPT-2. */
    SMOLLM("\\p{N}", GPT2.patterns.getFirst().pattern()),
    LLAMA3(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    QWEN2(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private final List<Pattern> patterns;

    /**
     * @param patterns applied one after the other, each to the pieces of the one before
     */
    PreTokenizer(String... patterns) {
        this.patterns = Arrays.stream(patterns)
                .map(pattern -> Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS))
                .toList();
    }

    static Optional<PreTokenizer> of(String name) {
        return switch (name) {
            case "gpt-2", "gpt2", "olmo", "phi-2", "mpt" -> Optional.of(GPT2);
            case "smollm", "starcoder", "command-r", "refact" -> Optional.of(SMOLLM);
            case "llama-bpe", "llama3", "llama-v3", "smaug-bpe" -> Optional.of(LLAMA3);
            case "qwen2", "deepseek-r1-qwen" -> Optional.of(QWEN2);
            default -> Optional.empty();
        };
    }

    List<String> cut(String text) {
        List<String> pieces = List.of(text);
        for (Pattern pattern : patterns) {
            pieces = pieces.stream()
                    .flatMap(piece -> cut(pattern, piece).stream())
                    .toList();
        }
        return pieces;
    }

    private static List<String> cut(Pattern pattern, String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                pieces.add(text.substring(end, matcher.start()));
            }
            pieces.add(matcher.group());
            end = matcher.end();
        }
        if (end < text.length()) {
            pieces.add(text.substring(end));
        }
        return pieces;
    }
}
