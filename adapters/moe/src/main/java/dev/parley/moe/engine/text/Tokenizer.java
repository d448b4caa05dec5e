package dev.parley.moe.engine.text;

import dev.parley.moe.engine.gguf.GgufFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Byte-level byte-pair encoding (GPT-2 and its descendants). Text is only ever text: what looks like a control token inside a message
 * is encoded as plain characters, so a message cannot forge a turn. Immutable, thread-safe.
 */
public final class Tokenizer {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final long CONTROL = 3;

    private final List<String> texts;
    private final Map<String, Integer> ids;
    private final byte[][] bytes;
    private final boolean[] control;
    private final int[] byteIds = new int[256];
    private final PreTokenizer pre;
    private final BytePairs pairs;
    private final Set<Integer> ends;

    private Tokenizer(GgufFile file) {
        texts = file.metadata().texts(TOKENS);
        ids = index(file, texts);
        bytes = new byte[texts.size()][];
        control = controls(file, texts.size());
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = control[i] ? new byte[0] : ByteAlphabet.bytes(texts.get(i));
        }
        bytesOf();
        pre = preTokenizer(file);
        pairs = pairs(file);
        ends = ends(file);
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for a tokenizer of another kind or one that is not whole. */
    public static Tokenizer of(GgufFile file) {
        String model = file.metadata().text("tokenizer.ggml.model");
        if (!model.equals("gpt2")) {
            String remedy = "Use a model with a byte-level BPE tokenizer (gpt2)";
            throw file.fault("key tokenizer.ggml.model", "the tokenizer " + model + " is not read", remedy);
        }
        return new Tokenizer(file);
    }

    /** Number of token ids. */
    public int size() {
        return texts.size();
    }

    /** The ids of a text; no control tokens. */
    public int[] encode(String text) {
        List<int[]> pieces = new ArrayList<>();
        int total = 0;
        for (String piece : pre.cut(text)) {
            int[] merged = Arrays.stream(pairs.merge(symbols(piece)))
                    .filter(id -> id < texts.size())
                    .toArray();
            pieces.add(merged);
            total += merged.length;
        }
        int[] all = new int[total];
        int at = 0;
        for (int[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    /** The bytes a token stands for: part of a character, several characters, or none for a control token. Not to be changed. */
    public byte[] bytes(int id) {
        return bytes[id];
    }

    /** The token as the vocabulary writes it. */
    public String text(int id) {
        return texts.get(id);
    }

    /** The id of a control token such as {@code <|end|>}; empty if there is none of this name. */
    public OptionalInt control(String text) {
        Integer id = ids.get(text);
        return id != null && control[id] ? OptionalInt.of(id) : OptionalInt.empty();
    }

    /** Whether the token ends an answer. */
    public boolean ends(int id) {
        return ends.contains(id);
    }

    private int[] symbols(String piece) {
        byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
        int[] symbols = new int[utf8.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = byteIds[utf8[i] & 0xFF];
        }
        return symbols;
    }

    private static Map<String, Integer> index(GgufFile file, List<String> texts) {
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            if (ids.put(texts.get(i), i) != null) {
                throw file.metadata().fault(TOKENS, "token " + i + " occurs twice");
            }
        }
        return ids;
    }

    private static boolean[] controls(GgufFile file, int size) {
        boolean[] control = new boolean[size];
        if (!file.metadata().has(TYPES)) {
            return control;
        }
        long[] types = file.metadata().wholes(TYPES);
        if (types.length != size) {
            throw file.metadata().fault(TYPES, "it has " + types.length + " elements for " + size + " tokens");
        }
        for (int i = 0; i < size; i++) {
            control[i] = types[i] == CONTROL;
        }
        return control;
    }

    /** A byte without a token (SmolLM2 lacks some control characters) gets a number beyond the vocabulary, merges with nothing and is left out. */
    private void bytesOf() {
        for (int b = 0; b < 256; b++) {
            byteIds[b] = ids.getOrDefault(ByteAlphabet.letter(b), texts.size() + b);
        }
    }

    private static PreTokenizer preTokenizer(GgufFile file) {
        String key = "tokenizer.ggml.pre";
        String name = file.metadata().has(key) ? file.metadata().text(key) : "gpt-2";
        return PreTokenizer.of(name)
                .orElseThrow(() -> file.fault(
                        "key " + key, "the pre-tokenizer " + name + " is not known", "Use gpt-2, llama-bpe or qwen2"));
    }

    private BytePairs pairs(GgufFile file) {
        List<String> merges = file.metadata().has(MERGES) ? file.metadata().texts(MERGES) : List.of();
        Map<Long, Integer> ranks = new HashMap<>();
        int[] products = new int[merges.size()];
        for (int rank = 0; rank < products.length; rank++) {
            String merge = merges.get(rank);
            int space = merge.indexOf(' ', 1);
            Integer left = ids.get(merge.substring(0, Math.max(0, space)));
            Integer right = ids.get(merge.substring(space + 1));
            Integer product = ids.get(merge.replace(" ", ""));
            if (left == null || right == null || product == null) {
                throw file.metadata()
                        .fault(MERGES, "merge " + rank + " (" + merge + ") names tokens that do not exist");
            }
            ranks.putIfAbsent(BytePairs.pair(left, right), rank);
            products[rank] = product;
        }
        return new BytePairs(ranks, products);
    }

    private Set<Integer> ends(GgufFile file) {
        Set<Integer> found = new HashSet<>();
        for (String key : List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id")) {
            if (file.metadata().has(key)) {
                found.add(file.metadata().whole(key, 0, size() - 1));
            }
        }
        for (String name : List.of("<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>")) {
            control(name).ifPresent(found::add);
        }
        return Set.copyOf(found);
    }
}
