package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.moe.engine.gguf.GgufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/** Writes the keys of a tokenizer: tokenizer.json's vocabulary, merges and special tokens, the chat template, the tokens that begin and end. */
final class Vocabulary {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;
    private static final String KEY = "tokenizer.ggml.";
    private static final String THREE_DIGITS = "\\p{N}{1,3}";
    /** Punctuation of DeepSeek's first and second generation. */
    private static final String MARKS = "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+";
    /** The scripts of East Asia that its third generation cuts off. */
    private static final String HAN_AND_KANA = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

    private static final String BROAD_WORDS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";

    private final Checkpoint checkpoint;
    private final JsonNode tokenizer;
    private final JsonNode model;
    private final String[] texts;
    private final int[] types;

    /** Throws {@link IllegalArgumentException} for a tokenizer that the engine does not read. */
    Vocabulary(Checkpoint checkpoint, int size) {
        this.checkpoint = checkpoint;
        tokenizer = checkpoint.json("tokenizer.json");
        model = tokenizer.path("model");
        if (!model.path("type").asText().equals("BPE")) {
            throw new IllegalArgumentException("tokenizer.json: a model of type "
                    + model.path("type").asText("(none)") + " is not read; use a checkpoint with a BPE tokenizer");
        }
        texts = new String[size];
        types = new int[size];
        Arrays.fill(types, UNUSED);
        model.path("vocab")
                .properties()
                .forEach(e -> put(e.getKey(), e.getValue().asInt(-1), NORMAL));
        tokenizer
                .path("added_tokens")
                .forEach(added -> put(
                        added.path("content").asText(),
                        added.path("id").asInt(-1),
                        added.path("special").asBoolean() ? CONTROL : DEFINED));
        for (int i = 0; i < size; i++) {
            texts[i] = texts[i] == null ? "[UNUSED" + i + "]" : texts[i];
        }
    }

    private void put(String text, int id, int type) {
        if (id < 0 || id >= texts.length) {
            throw new IllegalArgumentException("tokenizer.json: token " + text + " has the id " + id
                    + ", the embedding " + texts.length + " rows");
        }
        texts[id] = text;
        types[id] = type;
    }

    void write(GgufWriter out) {
        if (model.path("byte_fallback").asBoolean()) {
            sentencePiece(out);
        } else {
            byteLevel(out);
        }
        out.texts(KEY + "tokens", List.of(texts))
                .wholes(KEY + "token_type", Arrays.stream(types).boxed().toList())
                .text("tokenizer.chat_template", template());
        ends(out);
    }

    /** Ids of Llama's vocabularies follow the order of merging, so they stand in for the scores. */
    private void sentencePiece(GgufWriter out) {
        for (int i = 0; i < types.length; i++) {
            if (texts[i].matches("<0x[0-9A-F]{2}>")) {
                types[i] = BYTE;
            } else if (texts[i].equals(model.path("unk_token").asText())) {
                types[i] = UNKNOWN;
            }
        }
        List<Float> scores = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            scores.add(types[i] == NORMAL ? -1f * i : 0f);
        }
        String all =
                tokenizer.path("normalizer") + tokenizer.path("pre_tokenizer").toString();
        boolean spaced = all.contains("\"Prepend\"")
                || all.contains("\"prepend_scheme\":\"first\"")
                || all.contains("\"prepend_scheme\":\"always\"");
        out.text(KEY + "model", "llama").reals(KEY + "scores", scores).flag(KEY + "add_space_prefix", spaced);
    }

    private void byteLevel(GgufWriter out) {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : model.path("merges")) {
            merges.add(
                    merge.isArray()
                            ? merge.path(0).asText() + " " + merge.path(1).asText()
                            : merge.asText());
        }
        out.text(KEY + "model", "gpt2").text(KEY + "pre", cuts()).texts(KEY + "merges", merges);
    }

    /** llama.cpp's name of how texts are cut before merging, told by the patterns. */
    private String cuts() {
        String pre = tokenizer.path("pre_tokenizer").toString();
        List<String> patterns = new ArrayList<>();
        tokenizer.path("pre_tokenizer").findValues("Regex").forEach(regex -> patterns.add(regex.asText()));
        if (patterns.size() == 1 && patterns.getFirst().contains(BROAD_WORDS)) {
            return patterns.getFirst().contains(THREE_DIGITS) ? "llama-bpe" : "qwen2";
        }
        if (patterns.size() == 5 && patterns.get(2).equals(MARKS)) {
            return "deepseek-llm";
        }
        if (patterns.size() == 3 && patterns.subList(0, 2).equals(List.of(THREE_DIGITS, HAN_AND_KANA))) {
            return "deepseek-v3";
        }
        if (patterns.isEmpty() && pre.contains("ByteLevel")) {
            return pre.contains("\"Digits\"") ? "smollm" : "gpt-2";
        }
        throw new IllegalArgumentException("tokenizer.json: the pre_tokenizer is none of those known"
                + " (GPT-2's, SmolLM's, Llama 3's, Qwen2's, DeepSeek's): "
                + pre.substring(0, Math.min(300, pre.length())));
    }

    private String template() {
        JsonNode own = checkpoint.settings().path("chat_template");
        if (own.isArray()) {
            for (JsonNode named : own) {
                if (named.path("name").asText().equals("default")) {
                    return named.path("template").asText();
                }
            }
        }
        return own.isTextual() ? own.asText() : checkpoint.text("chat_template.jinja");
    }

    private void ends(GgufWriter out) {
        TreeSet<Integer> ends = new TreeSet<>();
        for (JsonNode config : List.of(checkpoint.optional("generation_config.json"), checkpoint.config())) {
            JsonNode ids = config.path("eos_token_id");
            if (ids.isInt()) {
                ends.add(ids.asInt());
            }
            ids.forEach(id -> ends.add(id.asInt()));
        }
        id(checkpoint.settings().path("eos_token")).forEach(ends::add);
        if (ends.isEmpty()) {
            throw new IllegalArgumentException("config.json: eos_token_id is missing, so answers would not end");
        }
        List<Integer> named = id(checkpoint.settings().path("eos_token"));
        int first = named.isEmpty() ? ends.getFirst() : named.getFirst();
        out.whole(KEY + "eos_token_id", first);
        ends.remove(first);
        if (!ends.isEmpty()) {
            out.whole(KEY + "eot_token_id", ends.getLast());
        }
        begins(out);
    }

    private void begins(GgufWriter out) {
        List<Integer> named = id(checkpoint.settings().path("bos_token"));
        int bos = named.isEmpty() ? checkpoint.config().path("bos_token_id").asInt(-1) : named.getFirst();
        boolean known = bos >= 0 && bos < texts.length;
        if (known) {
            out.whole(KEY + "bos_token_id", bos);
        }
        JsonNode asked = checkpoint.settings().path("add_bos_token");
        boolean processed = known && tokenizer.path("post_processor").toString().contains("\"" + texts[bos] + "\"");
        out.flag(KEY + "add_bos_token", known && (asked.isBoolean() ? asked.booleanValue() : processed));
    }

    /** Of a token's name, plain or as an object; empty if there is none. */
    private List<Integer> id(JsonNode token) {
        String text = token.isObject() ? token.path("content").asText() : token.asText("");
        int id = Arrays.asList(texts).indexOf(text);
        return text.isEmpty() || id < 0 ? Collections.emptyList() : List.of(id);
    }
}
