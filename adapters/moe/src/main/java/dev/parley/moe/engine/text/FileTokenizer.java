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

/** A file's own vocabulary, and {@link ByteLevel} or {@link SentencePieces} cutting texts. Immutable, thread-safe. */
final class FileTokenizer implements Tokenizer {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    /** Written as it is, and never what a text is cut into here. */
    private static final int USER_DEFINED = 4;

    private static final int BYTE = 6;

    private final List<String> texts;
    private final Map<String, Integer> ids;
    private final int[] types;
    private final byte[][] bytes;
    private final boolean sentencePiece;
    private final TextEncoder encoder;
    private final Set<Integer> ends;
    private final int[] beginning;

    FileTokenizer(GgufFile file, boolean sentencePiece) {
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
        beginning = beginning(file);
    }

    @Override
    public int size() {
        return texts.size();
    }

    @Override
    public int[] encode(String text) {
        return encoder.encode(text);
    }

    @Override
    public byte[] bytes(int id) {
        return bytes[id];
    }

    @Override
    public String text(int id) {
        return texts.get(id);
    }

    @Override
    public OptionalInt control(String text) {
        Integer id = ids.get(text);
        return id != null && (types[id] == CONTROL || types[id] == USER_DEFINED)
                ? OptionalInt.of(id)
                : OptionalInt.empty();
    }

    @Override
    public boolean ends(int id) {
        return ends.contains(id);
    }

    @Override
    public boolean spacesWords() {
        return sentencePiece;
    }

    @Override
    public int[] beginning() {
        return beginning.clone();
    }

    /** SentencePiece's texts begin with a control token unless the file says otherwise. */
    private int[] beginning(GgufFile file) {
        String add = "tokenizer.ggml.add_bos_token";
        boolean begun = file.metadata().has(add) ? file.metadata().flag(add) : sentencePiece;
        return begun ? new int[] {file.metadata().whole("tokenizer.ggml.bos_token_id", 0, size() - 1)} : new int[0];
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
        if (types[id] == USER_DEFINED && !sentencePiece) {
            return text.getBytes(StandardCharsets.UTF_8);
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
                        "key " + key,
                        "the pre-tokenizer " + name + " is not known",
                        "Use gpt-2, llama-bpe, qwen2, deepseek-llm, deepseek-v3 or kimi-k2"));
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
