package dev.parley.moe.llamacpp;

import static dev.parley.moe.llamacpp.NativeCalls.ADDRESS;
import static dev.parley.moe.llamacpp.NativeCalls.BOOL;
import static dev.parley.moe.llamacpp.NativeCalls.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions of llama.cpp that we call (llama.h). Only for a child JVM: a failed GGML_ASSERT aborts it. Not thread-safe. */
@SuppressWarnings("restricted")
final class LlamaCppLibrary {
    private static final String VERSION = "0.4.0";
    private static final int F32 = 0;
    private static final List<String> NEEDED = List.of(
            "ggml_backend_load_all_from_path",
            "llama_backend_init",
            "llama_chat_apply_template",
            "llama_decode",
            "llama_free",
            "llama_get_logits_ith",
            "llama_get_memory",
            "llama_init_from_model",
            "llama_memory_clear",
            "llama_memory_seq_pos_min",
            "llama_memory_seq_rm",
            "llama_model_chat_template",
            "llama_model_free",
            "llama_model_get_vocab",
            "llama_model_has_decoder",
            "llama_model_has_encoder",
            "llama_model_load_from_file",
            "llama_model_n_ctx_train",
            "llama_model_n_swa",
            "llama_token_to_piece",
            "llama_tokenize",
            "llama_vocab_bos",
            "llama_vocab_get_add_bos",
            "llama_vocab_get_text",
            "llama_vocab_is_control",
            "llama_vocab_is_eog",
            "llama_vocab_n_tokens",
            "llama_vocab_type");

    private final NativeCalls calls = new NativeCalls();
    private final LlamaLayout layout = new LlamaLayout(calls);
    private final String version;

    /** Throws {@link IllegalArgumentException} for a folder without the libraries or with those of another release. */
    LlamaCppLibrary(Path folder) {
        List<Path> files = LibraryFiles.in(folder);
        try {
            files.forEach(file -> System.load(file.toAbsolutePath().toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalArgumentException("library: " + e.getMessage() + ". " + remedy(), e);
        }
        version = checked(files.getLast());
        try (Arena arena = Arena.ofConfined()) {
            calls.run(
                    "ggml_backend_load_all_from_path",
                    FunctionDescriptor.ofVoid(ADDRESS),
                    arena.allocateFrom(folder.toString()));
        }
        calls.run("llama_backend_init", FunctionDescriptor.ofVoid());
    }

    private String checked(Path file) {
        String found = calls.missing(List.of("llama_version")).isEmpty()
                ? calls.text("llama_version", FunctionDescriptor.of(ADDRESS))
                : "older than " + VERSION;
        if (!found.startsWith(VERSION)) {
            throw refused(file, found, "");
        }
        List<String> missing = calls.missing(NEEDED);
        if (!missing.isEmpty()) {
            throw refused(file, found, ", without " + String.join(", ", missing));
        }
        try {
            layout.check();
        } catch (IllegalArgumentException e) {
            throw refused(file, found, ", but " + e.getMessage());
        }
        return found;
    }

    private static IllegalArgumentException refused(Path file, String version, String difference) {
        return new IllegalArgumentException(
                "library: " + file + " is llama.cpp " + version + difference + ". " + remedy());
    }

    private static String remedy() {
        return "Supported is " + LibraryFiles.SUPPORTED + ".";
    }

    /** As the library says it. */
    String version() {
        return version;
    }

    NativeCalls calls() {
        return calls;
    }

    /**
     * A model and its context.
     *
     * @param size of the vocabulary
     * @param positions of one sequence
     */
    record Opened(MemorySegment model, MemorySegment context, MemorySegment vocabulary, int size, int positions) {}

    /**
     * @param positions of a sequence, at most; as many as the model was trained for if these are fewer
     * @param batch tokens in a step, at most
     * @param exact keys and values in full precision and attention as it is written, not llama.cpp's defaults
     * @param overrides of integers in the file's metadata
     */
    record Options(
            int threads, int positions, int sequences, int batch, boolean exact, Map<String, Integer> overrides) {}

    /** Throws {@link IllegalArgumentException} for a file that llama.cpp refuses. */
    Opened open(String file, Options options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = layout.defaults("llama_model_default_params", arena);
            params.set(ValueLayout.ADDRESS, LlamaLayout.MODEL_OVERRIDES, overrides(options.overrides(), arena));
            MemorySegment model = calls.address(
                    "llama_model_load_from_file",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, LlamaLayout.PARAMS),
                    arena.allocateFrom(file),
                    params);
            if (model.address() == 0) {
                throw new IllegalArgumentException("llama.cpp " + version + " does not load it; its log says why");
            }
            if (is("llama_model_has_encoder", model) || !is("llama_model_has_decoder", model)) {
                throw new IllegalArgumentException("it is no model that continues a text");
            }
            int positions = positions(model, options);
            MemorySegment context = context(model, positions, options, arena);
            MemorySegment vocabulary =
                    calls.address("llama_model_get_vocab", FunctionDescriptor.of(ADDRESS, ADDRESS), model);
            int size = calls.number("llama_vocab_n_tokens", FunctionDescriptor.of(INT, ADDRESS), vocabulary);
            return new Opened(model, context, vocabulary, size, positions);
        }
    }

    private boolean is(String question, MemorySegment model) {
        return calls.flag(question, FunctionDescriptor.of(BOOL, ADDRESS), model);
    }

    private static MemorySegment overrides(Map<String, Integer> overrides, Arena arena) {
        if (overrides.isEmpty()) {
            return MemorySegment.NULL;
        }
        // The last one's key is empty. A tag of 0 is an integer.
        MemorySegment all = arena.allocate(LlamaLayout.OVERRIDE_SIZE * (overrides.size() + 1), 8);
        long at = 0;
        for (Map.Entry<String, Integer> override : overrides.entrySet()) {
            all.setString(at + LlamaLayout.OVERRIDE_KEY, override.getKey());
            all.set(ValueLayout.JAVA_LONG, at + LlamaLayout.OVERRIDE_VALUE, override.getValue());
            at += LlamaLayout.OVERRIDE_SIZE;
        }
        return all;
    }

    /** llama.cpp rounds up; beyond its training a model would answer nonsense. */
    private int positions(MemorySegment model, Options options) {
        int trained = calls.number("llama_model_n_ctx_train", FunctionDescriptor.of(INT, ADDRESS), model);
        return trained > 0 && !options.exact() ? Math.min(options.positions(), trained) : options.positions();
    }

    private MemorySegment context(MemorySegment model, int positions, Options options, Arena arena) {
        MemorySegment params = layout.defaults("llama_context_default_params", arena);
        params.set(INT, LlamaLayout.POSITIONS, positions * options.sequences());
        params.set(INT, LlamaLayout.BATCH, options.batch());
        params.set(INT, LlamaLayout.SEQUENCES, options.sequences());
        params.set(INT, LlamaLayout.THREADS, options.threads());
        params.set(INT, LlamaLayout.BATCH_THREADS, options.threads());
        if (options.exact()) {
            params.set(INT, LlamaLayout.FLASH_ATTENTION, 0);
            params.set(INT, LlamaLayout.TYPE_K, F32);
            params.set(INT, LlamaLayout.TYPE_V, F32);
        }
        MemorySegment context = calls.address(
                "llama_init_from_model", FunctionDescriptor.of(ADDRESS, ADDRESS, LlamaLayout.PARAMS), model, params);
        if (context.address() == 0) {
            throw new IllegalArgumentException("llama.cpp makes no context of " + positions + " positions for "
                    + options.sequences() + " sequences; its log says why");
        }
        return context;
    }

    void close(Opened opened) {
        calls.run("llama_free", FunctionDescriptor.ofVoid(ADDRESS), opened.context());
        calls.run("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS), opened.model());
    }

    /** Forgets all sequences. */
    void clear(Opened opened) {
        calls.run("llama_memory_clear", FunctionDescriptor.ofVoid(ADDRESS, BOOL), memory(opened), true);
    }

    /** Forgets a sequence from a position on; false if this model can only forget all of it. */
    boolean forget(Opened opened, int sequence, int from) {
        return calls.flag(
                "llama_memory_seq_rm",
                FunctionDescriptor.of(BOOL, ADDRESS, INT, INT, INT),
                memory(opened),
                sequence,
                from,
                -1);
    }

    /**
     * As {@link #forget}, for an answer that goes on from there. What a sliding window or a recurrent state has lost of the positions before
     * cannot be gone on from (llama-server looks at the same two numbers): then all is forgotten, and it is false.
     */
    boolean keep(Opened opened, int sequence, int from) {
        int first = calls.number(
                "llama_memory_seq_pos_min", FunctionDescriptor.of(INT, ADDRESS, INT), memory(opened), sequence);
        int window = calls.number("llama_model_n_swa", FunctionDescriptor.of(INT, ADDRESS), opened.model());
        boolean whole = first >= 0 && first <= Math.max(0, from - Math.max(1, window));
        if (whole && forget(opened, sequence, from)) {
            return true;
        }
        boolean _ = forget(opened, sequence, 0);
        return false;
    }

    private MemorySegment memory(Opened opened) {
        return calls.address("llama_get_memory", FunctionDescriptor.of(ADDRESS, ADDRESS), opened.context());
    }

    /**
     * The ids of a text.
     *
     * @param begun with the tokens that every text begins with
     * @param control whether names of control tokens in it mean these
     */
    int[] tokens(Opened opened, byte[] utf8, boolean begun, boolean control) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(utf8.length + 1L);
            MemorySegment.copy(utf8, 0, text, ValueLayout.JAVA_BYTE, 0, utf8.length);
            int room = utf8.length + 8;
            MemorySegment out = arena.allocate(INT, room);
            int count = calls.number(
                    "llama_tokenize",
                    FunctionDescriptor.of(INT, ADDRESS, ADDRESS, INT, ADDRESS, INT, BOOL, BOOL),
                    opened.vocabulary(),
                    text,
                    utf8.length,
                    out,
                    room,
                    begun,
                    control);
            if (count < 0) {
                throw new IllegalStateException("llama_tokenize gives " + count + " for " + utf8.length + " bytes");
            }
            return out.asSlice(0, 4L * count).toArray(INT);
        }
    }

    /** A turn of a conversation. */
    record Turn(String role, String content) {}

    /** The conversation as the model's own template writes it, up to where the answer begins; empty if llama.cpp does not know it. */
    Optional<byte[]> written(Opened opened, List<Turn> turns) {
        MemorySegment template = calls.address(
                "llama_model_chat_template",
                FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS),
                opened.model(),
                MemorySegment.NULL);
        if (template.address() == 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chat = arena.allocate(16L * turns.size(), 8);
            int room = 1024;
            for (int i = 0; i < turns.size(); i++) {
                chat.set(
                        ValueLayout.ADDRESS,
                        16L * i,
                        arena.allocateFrom(turns.get(i).role()));
                chat.set(
                        ValueLayout.ADDRESS,
                        16L * i + 8,
                        arena.allocateFrom(turns.get(i).content()));
                room += 256 + turns.get(i).content().getBytes(StandardCharsets.UTF_8).length;
            }
            MemorySegment out = arena.allocate(room);
            int length = calls.number(
                    "llama_chat_apply_template",
                    FunctionDescriptor.of(INT, ADDRESS, ADDRESS, ValueLayout.JAVA_LONG, BOOL, ADDRESS, INT),
                    template,
                    chat,
                    (long) turns.size(),
                    true,
                    out,
                    room);
            if (length > room) {
                throw new IllegalStateException("llama_chat_apply_template needs " + length + " bytes, not " + room);
            }
            return length < 0
                    ? Optional.empty()
                    : Optional.of(out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
