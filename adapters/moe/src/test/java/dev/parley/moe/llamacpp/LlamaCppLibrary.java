package dev.parley.moe.llamacpp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions of llama.cpp v0.4.0 that we call. Parameters are structures passed by value whose layout changes from release to
 * release, so their defaults are checked before anything else is called. Only for the child JVM: a failed GGML_ASSERT aborts it.
 */
@SuppressWarnings("restricted")
final class LlamaCppLibrary {
    /** Larger than either structure of parameters; what lies beyond the end is not read. */
    private static final MemoryLayout PARAMS =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(25, ValueLayout.JAVA_LONG));

    private static final MemoryLayout BATCH = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT,
            MemoryLayout.paddingLayout(4),
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout ADDRESS = ValueLayout.ADDRESS;
    private static final int F32 = 0;

    private final Arena arena = Arena.ofShared();
    private final SymbolLookup symbols = SymbolLookup.loaderLookup();
    private final Map<String, MethodHandle> handles = new HashMap<>();

    LlamaCppLibrary(Path folder) {
        for (String name : List.of("libggml-base.so", "libggml.v0.4.0.so", "libllama.v0.4.0.so")) {
            System.load(folder.resolve(name).toString());
        }
        call("ggml_backend_load_all_from_path", FunctionDescriptor.ofVoid(ADDRESS), text(folder.toString()));
        call("llama_backend_init", FunctionDescriptor.ofVoid());
        checkDefaults();
    }

    /** A model and its context. */
    record Opened(MemorySegment model, MemorySegment context, MemorySegment vocabulary, int size) {}

    /**
     * @param positions of all sequences together
     * @param exact keys and values in full precision and attention as it is written, not llama.cpp's defaults
     */
    record Options(int threads, int positions, int sequences, boolean exact) {}

    Opened open(String file, Options options) {
        MemorySegment model = address(
                "llama_model_load_from_file",
                FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMS),
                text(file),
                defaults("llama_model_default_params"));
        if (model.address() == 0) {
            throw new IllegalArgumentException("llama.cpp does not load " + file);
        }
        MemorySegment params = defaults("llama_context_default_params");
        params.set(INT, 0, options.positions());
        params.set(INT, 12, options.sequences());
        params.set(INT, 28, options.threads());
        params.set(INT, 32, options.threads());
        if (options.exact()) {
            params.set(INT, 52, 0);
            params.set(INT, 104, F32);
            params.set(INT, 108, F32);
        }
        MemorySegment context =
                address("llama_init_from_model", FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMS), model, params);
        if (context.address() == 0) {
            throw new IllegalArgumentException("llama.cpp makes no context for " + file);
        }
        MemorySegment vocabulary = address("llama_model_get_vocab", FunctionDescriptor.of(ADDRESS, ADDRESS), model);
        int size = (int) call("llama_vocab_n_tokens", FunctionDescriptor.of(INT, ADDRESS), vocabulary);
        return new Opened(model, context, vocabulary, size);
    }

    void close(Opened opened) {
        call("llama_free", FunctionDescriptor.ofVoid(ADDRESS), opened.context());
        call("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS), opened.model());
    }

    /** Forgets all sequences. */
    void clear(Opened opened) {
        MemorySegment memory = address("llama_get_memory", FunctionDescriptor.of(ADDRESS, ADDRESS), opened.context());
        call("llama_memory_clear", FunctionDescriptor.ofVoid(ADDRESS, ValueLayout.JAVA_BOOLEAN), memory, true);
    }

    /** A batch in native memory, to be filled and decoded as often as wanted. */
    final class Batch {
        private final MemorySegment batch = arena.allocate(BATCH);
        private final MemorySegment tokens;
        private final MemorySegment positions;
        private final MemorySegment counts;
        private final MemorySegment sequences;
        private final MemorySegment ids;
        private final MemorySegment wanted;
        private int size;

        Batch(int capacity) {
            tokens = arena.allocate(INT, capacity);
            positions = arena.allocate(INT, capacity);
            counts = arena.allocate(INT, capacity);
            ids = arena.allocate(INT, capacity);
            sequences = arena.allocate(ADDRESS, capacity);
            wanted = arena.allocate(capacity);
            MemorySegment[] parts = {tokens, MemorySegment.NULL, positions, counts, sequences, wanted};
            for (int i = 0; i < parts.length; i++) {
                batch.set(ValueLayout.ADDRESS, 8 + 8L * i, parts[i]);
            }
        }

        void reset() {
            size = 0;
        }

        void add(int token, int position, int sequence, boolean want) {
            tokens.setAtIndex(INT, size, token);
            positions.setAtIndex(INT, size, position);
            counts.setAtIndex(INT, size, 1);
            ids.setAtIndex(INT, size, sequence);
            sequences.setAtIndex(ValueLayout.ADDRESS, size, ids.asSlice(4L * size, 4));
            wanted.set(ValueLayout.JAVA_BYTE, size, (byte) (want ? 1 : 0));
            size++;
        }

        void decode(Opened opened) {
            batch.set(INT, 0, size);
            int code = (int) call("llama_decode", FunctionDescriptor.of(INT, ADDRESS, BATCH), opened.context(), batch);
            if (code != 0) {
                throw new IllegalStateException("llama_decode gives " + code);
            }
        }

        /** Logits after the {@code i}-th token, which must have been wanted. */
        float[] logits(Opened opened, int i) {
            MemorySegment row =
                    address("llama_get_logits_ith", FunctionDescriptor.of(ADDRESS, ADDRESS, INT), opened.context(), i);
            return row.reinterpret(4L * opened.size()).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /** The ids of a text, without a beginning token and without looking for control tokens in it. */
    int[] tokens(Opened opened, byte[] utf8) {
        MemorySegment text = arena.allocate(utf8.length + 1L);
        MemorySegment.copy(utf8, 0, text, ValueLayout.JAVA_BYTE, 0, utf8.length);
        MemorySegment out = arena.allocate(INT, utf8.length + 8L);
        int count = (int) call(
                "llama_tokenize",
                FunctionDescriptor.of(
                        INT, ADDRESS, ADDRESS, INT, ADDRESS, INT, ValueLayout.JAVA_BOOLEAN, ValueLayout.JAVA_BOOLEAN),
                opened.vocabulary(),
                text,
                utf8.length,
                out,
                utf8.length + 8,
                false,
                false);
        return out.asSlice(0, 4L * count).toArray(INT);
    }

    private void checkDefaults() {
        MemorySegment params = defaults("llama_context_default_params");
        int[][] expected = {{0, 512}, {4, 2048}, {8, 512}, {12, 1}, {28, 4}, {32, 4}, {52, -1}, {104, 1}, {108, 1}};
        for (int[] pair : expected) {
            int found = params.get(INT, pair[0]);
            if (found != pair[1]) {
                throw new IllegalStateException("This is not llama.cpp v0.4.0: the context parameter at byte " + pair[0]
                        + " is " + found + ", not " + pair[1]);
            }
        }
    }

    private MemorySegment defaults(String function) {
        MemorySegment params = arena.allocate(PARAMS);
        SegmentAllocator place = (size, alignment) -> params;
        try {
            handle(function, FunctionDescriptor.of(PARAMS)).invoke(place);
        } catch (Throwable e) {
            throw new IllegalStateException(function + " failed", e);
        }
        return params;
    }

    private MemorySegment text(String text) {
        return arena.allocateFrom(text);
    }

    private MemorySegment address(String function, FunctionDescriptor type, Object... arguments) {
        return (MemorySegment) call(function, type, arguments);
    }

    private Object call(String function, FunctionDescriptor type, Object... arguments) {
        try {
            Object result = handle(function, type).invokeWithArguments(arguments);
            return result == null ? 0 : result;
        } catch (Throwable e) {
            throw new IllegalStateException(function + " failed", e);
        }
    }

    private MethodHandle handle(String function, FunctionDescriptor type) {
        return handles.computeIfAbsent(
                function,
                name -> Linker.nativeLinker().downcallHandle(symbols.find(name).orElseThrow(), type));
    }
}
