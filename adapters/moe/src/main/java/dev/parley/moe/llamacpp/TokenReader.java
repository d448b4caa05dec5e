package dev.parley.moe.llamacpp;

import static dev.parley.moe.llamacpp.NativeCalls.ADDRESS;
import static dev.parley.moe.llamacpp.NativeCalls.BOOL;
import static dev.parley.moe.llamacpp.NativeCalls.INT;

import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Writes a model's vocabulary, for {@link WorkerTokenizer} to read. Handles are called exactly: there may be 200,000 tokens. */
@SuppressWarnings("restricted")
final class TokenReader {
    private static final int PIECE = 256;
    private static final int SPACED = 1; // LLAMA_VOCAB_TYPE_SPM

    private final NativeCalls calls;
    private final MemorySegment vocabulary;
    private final int size;

    TokenReader(NativeCalls calls, LlamaCppLibrary.Opened opened) {
        this.calls = calls;
        this.vocabulary = opened.vocabulary();
        this.size = opened.size();
    }

    /** Number of tokens, whether words are spaced, the beginning; by token: flags, bytes, and if there are none its name. */
    void write(DataOutputStream out) throws IOException {
        out.writeInt(size);
        FunctionDescriptor number = FunctionDescriptor.of(INT, ADDRESS);
        out.writeBoolean(calls.number("llama_vocab_type", number, vocabulary) == SPACED);
        boolean begun = calls.flag("llama_vocab_get_add_bos", FunctionDescriptor.of(BOOL, ADDRESS), vocabulary);
        out.writeInt(begun ? calls.number("llama_vocab_bos", number, vocabulary) : -1);
        MethodHandle ends = calls.handle("llama_vocab_is_eog", FunctionDescriptor.of(BOOL, ADDRESS, INT));
        MethodHandle control = calls.handle("llama_vocab_is_control", FunctionDescriptor.of(BOOL, ADDRESS, INT));
        MethodHandle name =
                calls.handle("llama_vocab_get_text", FunctionDescriptor.of(ValueLayout.ADDRESS, ADDRESS, INT));
        MethodHandle piece =
                calls.handle("llama_token_to_piece", FunctionDescriptor.of(INT, ADDRESS, INT, ADDRESS, INT, INT, BOOL));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(PIECE);
            MemorySegment longer = MemorySegment.NULL;
            for (int id = 0; id < size; id++) {
                int flags = ((boolean) ends.invokeExact(vocabulary, id) ? WorkerTokenizer.ENDS : 0)
                        | ((boolean) control.invokeExact(vocabulary, id) ? WorkerTokenizer.CONTROL : 0);
                int length = (int) piece.invokeExact(vocabulary, id, bytes, PIECE, 0, false);
                longer = length < 0 ? arena.allocate(-length) : bytes;
                if (length < 0) {
                    length = (int) piece.invokeExact(vocabulary, id, longer, -length, 0, false);
                }
                out.writeByte(flags);
                out.writeShort(length);
                out.write(longer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                if (length == 0) {
                    out.writeUTF(((MemorySegment) name.invokeExact(vocabulary, id))
                            .reinterpret(Long.MAX_VALUE)
                            .getString(0));
                }
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the vocabulary cannot be read", e);
        }
    }
}
