package dev.parley.moe.engine.text;

import dev.parley.moe.engine.gguf.GgufFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The vocabulary of a model and how it cuts texts: {@link ByteLevel} or {@link SentencePieces}. Text is only ever text: what looks like a
 * control token inside a message is encoded as plain characters, so a message cannot forge a turn. Immutable, thread-safe.
 */
public final class Tokenizer {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int BYTE = 6;

    private final List<String> texts;
    private final Map<String, Integer> ids;
    private final int[] types;
    private final byte[][] bytes;
    private final boolean sentencePiece;
    private final TextEncoder encoder;
    private final Set<Integer> ends;

    private Tokenizer(GgufFile file, boolean sentencePiece) {
        this.sentencePiece = sentencePiece;
        texts = file.metadata().texts(TOKENS);
        ids = index(file, texts);
        types = types(file, texts.size());
        bytes = new byte[texts.size()][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytesOf(file, i);
        }
        encoder = sentencePiece
                ? sentencePieces(file)
                : new ByteLevel(preTokenizer(file), pairs(file), letters(), size());
        ends = ends(file);
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} for a tokenizer of another kind or one that is not whole. */
    public static Tokenizer of(GgufFile file) {
        String model = file.metadata().text("tokenizer.ggml.model");
        if (!model.equals("gpt2") && !model.equals("llama")) {
            String remedy = "Use a model with a byte-level BPE (gpt2) or a SentencePiece tokenizer (llama)";
            throw file.fault("key tokenizer.ggml.model", "the tokenizer " + model + " is not read", remedy);
        }
        return new Tokenizer(file, model.equals("llama"));
    }

    /** Number of token ids. */
    public int size() {
        return texts.size();
    }

    /** The ids of a text; no control tokens. */
    public int[] encode(String text) {
        return encoder.encode(text);
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
        return id != null && types[id] == CONTROL ? OptionalInt.of(id) : OptionalInt.empty();
    }

    /** Whether the token ends an answer. */
    public boolean ends(int id) {
        return ends.contains(id);
    }

    /** Whether the words of a text begin with their space, so that an answer does too and the space is no part of it. */
    public boolean spacesWords() {
        return sentencePiece;
    }

    /** Whether a text begins with a control token of its own unless the file says otherwise. */
    boolean beginsTexts() {
        return sentencePiece;
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

    private static int[] types(GgufFile file, int size) {
        int[] types = new int[size];
        if (!file.metadata().has(TYPES)) {
            Arrays.fill(types, NORMAL);
            return types;
        }
        long[] read = file.metadata().wholes(TYPES);
        if (read.length != size) {
            throw file.metadata().fault(TYPES, "it has " + read.length + " elements for " + size + " tokens");
        }
        for (int i = 0; i < size; i++) {
            types[i] = (int) read[i];
        }
        return types;
    }

    private byte[] bytesOf(GgufFile file, int id) {
        String text = texts.get(id);
        if (types[id] == CONTROL || (sentencePiece && types[id] == UNKNOWN)) {
            return new byte[0];
        }
        if (!sentencePiece) {
            return ByteAlphabet.bytes(text);
        }
        if (types[id] != BYTE) {
            return text.replace(SentencePieces.SPACE, ' ').getBytes(StandardCharsets.UTF_8);
        }
        if (!text.matches("<0x[0-9A-F]{2}>")) {
            throw file.metadata().fault(TOKENS, "token " + id + " is " + text + ", not a byte such as <0x0A>");
        }
        return new byte[] {(byte) Integer.parseInt(text.substring(3, 5), 16)};
    }

    private int[] letters() {
        int[] byteIds = new int[256];
        for (int b = 0; b < 256; b++) {
            byteIds[b] = ids.getOrDefault(ByteAlphabet.letter(b), texts.size() + b);
        }
        return byteIds;
    }

    private SentencePieces sentencePieces(GgufFile file) {
        double[] scores = file.metadata().reals(SCORES);
        if (scores.length != texts.size()) {
            throw file.metadata()
                    .fault(SCORES, "it has " + scores.length + " elements for " + texts.size() + " tokens");
        }
        Map<String, Integer> plain = new HashMap<>(ids);
        int[] byteIds = new int[256];
        Arrays.fill(byteIds, -1);
        for (int id = 0; id < types.length; id++) {
            if (types[id] == BYTE) {
                byteIds[bytes[id][0] & 0xFF] = id;
            }
            if (types[id] != NORMAL) {
                plain.remove(texts.get(id));
            }
        }
        String spaced = "tokenizer.ggml.add_space_prefix";
        return new SentencePieces(
                Map.copyOf(plain),
                scores,
                byteIds,
                !file.metadata().has(spaced) || file.metadata().flag(spaced));
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
