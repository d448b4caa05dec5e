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
    /** DeepSeek's first and second generation: line ends, letters of alphabets with two cases, punctuation, spaces, scripts of East Asia. */
    DEEPSEEK_LLM(
            "[\\r\\n]",
            "\\s?[" + Letters.CASED + "]+",
            "\\s?[!-/:-~\\uFF01-\\uFF0F\\uFF1A-\\uFF5E\\u2018-\\u201F\\u3000-\\u3002]+",
            "\\s+\\z",
            "[\\u4E00-\\u9FA5\\u0800-\\u4E00\\uAC00-\\uD7FF]+",
            "\\p{N}+"),
    DEEPSEEK_V3(
            "\\p{N}{1,3}",
            "[\\u4E00-\\u9FA5\\u3040-\\u309F\\u30A0-\\u30FF]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** Moonlight's too: Chinese characters apart, words cut where small letters are followed by capitals. */
    KIMI_K2("\\p{IsHan}+|[^\\r\\n\\p{L}\\p{N}]?" + Letters.CAPITALS + "*" + Letters.SMALL + "+" + Letters.ENDINGS
            + "|[^\\r\\n\\p{L}\\p{N}]?" + Letters.CAPITALS + "+" + Letters.SMALL + "*" + Letters.ENDINGS
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
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
            case "deepseek-llm" -> Optional.of(DEEPSEEK_LLM);
            case "deepseek-v3" -> Optional.of(DEEPSEEK_V3);
            case "kimi-k2" -> Optional.of(KIMI_K2);
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

    /** Parts of the patterns; a class of its own because an enum's constants come before its fields. */
    private static final class Letters {
        /** Letters of alphabets with two cases, as DeepSeek's tokenizer.json lists them. */
        static final String CASED =
                "A-Za-z\\u00B5\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u01BA\\u01BC-\\u01BF\\u01C4-\\u0293\\u0295-\\u02AF"
                        + "\\u0370-\\u0373\\u0376\\u0377\\u037B-\\u037D\\u037F\\u0386\\u0388-\\u038A\\u038C\\u038E-\\u03A1"
                        + "\\u03A3-\\u03F5\\u03F7-\\u0481\\u048A-\\u052F\\u0531-\\u0556\\u10A0-\\u10C5\\u13A0-\\u13F5"
                        + "\\u13F8-\\u13FD\\u1C90-\\u1CBA\\u1CBD-\\u1CBF\\u1D00-\\u1D2B\\u1D6B-\\u1D77\\u1D79-\\u1D9A"
                        + "\\u1E00-\\u1F15\\u1F18-\\u1F1D\\u1F20-\\u1F45\\u1F48-\\u1F4D\\u1F50-\\u1F57\\u1F59\\u1F5B\\u1F5D"
                        + "\\u1F5F-\\u1F7D\\u1F80-\\u1FB4\\u1FB6-\\u1FBC\\u1FBE\\u1FC2-\\u1FC4\\u1FC6-\\u1FCC\\u1FD0-\\u1FD3"
                        + "\\u1FD6-\\u1FDB\\u1FE0-\\u1FEC\\u1FF2-\\u1FF4\\u1FF6-\\u1FFC\\u2102\\u2107\\u210A-\\u2113\\u2115"
                        + "\\u2119-\\u211D\\u2124\\u2126\\u2128\\u212A-\\u212D\\u212F-\\u2134\\u2139\\u213C-\\u213F\\u2145-\\u2149"
                        + "\\u214E\\u2183\\u2184\\u2C00-\\u2C7B\\u2C7E-\\u2CE4\\u2CEB-\\u2CEE\\u2CF2\\u2CF3\\uA640-\\uA66D"
                        + "\\uA680-\\uA69B\\uA722-\\uA76F\\uA771-\\uA787\\uA78B-\\uA78E\\uAB70-\\uABBF\\uFB00-\\uFB06"
                        + "\\uFB13-\\uFB17\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\x{10400}-\\x{1044F}\\x{104B0}-\\x{104D3}"
                        + "\\x{104D8}-\\x{104FB}\\x{10C80}-\\x{10CB2}\\x{10CC0}-\\x{10CF2}\\x{118A0}-\\x{118DF}"
                        + "\\x{1E900}-\\x{1E943}";

        static final String CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{IsHan}]]";
        static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{IsHan}]]";
        static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    }
}
