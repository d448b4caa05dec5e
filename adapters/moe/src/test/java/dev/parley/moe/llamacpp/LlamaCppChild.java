package dev.parley.moe.llamacpp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Map;

/** The child JVM's main: one request after the other from standard input, answers to standard output. See {@link LlamaCpp}. */
public final class LlamaCppChild {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    static final int OPEN = 1;
    static final int LOGITS = 2;
    static final int TOKENS = 3;
    static final int PREFILL = 4;
    static final int DECODE = 5;

    private final LlamaCppLibrary library;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final LlamaCppLibrary.Opened opened;
    private final LlamaBatch batch;

    private LlamaCppChild(LlamaCppLibrary library, DataInputStream in, DataOutputStream out) throws IOException {
        this.library = library;
        this.in = in;
        this.out = out;
        if (in.readInt() != OPEN) {
            throw new IllegalStateException("A model must be opened first");
        }
        opened = open();
        batch = new LlamaBatch(library.calls(), in.readInt());
        answer(opened.size());
    }

    /**
     * @param args folder of llama.cpp's libraries
     */
    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        new LlamaCppChild(new LlamaCppLibrary(Path.of(args[0])), in, out).serve();
    }

    private void serve() throws IOException {
        for (int what = in.read(); what >= 0; what = in.read()) {
            switch (what) {
                case LOGITS -> logits();
                case TOKENS -> tokens();
                case PREFILL -> prefill(in.readInt());
                case DECODE -> decode(in.readInt(), in.readInt());
                default -> throw new IllegalStateException("Unknown request " + what);
            }
            out.flush();
        }
        library.close(opened);
    }

    private LlamaCppLibrary.Opened open() throws IOException {
        String file = in.readUTF();
        int threads = in.readInt();
        int positions = in.readInt();
        int sequences = in.readInt();
        return library.open(
                file,
                new LlamaCppLibrary.Options(
                        threads, positions / sequences, sequences, 2048, in.readBoolean(), Map.of()));
    }

    private void answer(int value) throws IOException {
        out.writeInt(value);
        out.flush();
    }

    /** Logits after each token of a sequence of its own. */
    private void logits() throws IOException {
        int count = in.readInt();
        library.clear(opened);
        batch.reset();
        for (int i = 0; i < count; i++) {
            batch.add(in.readInt(), i, 0, true);
        }
        decode();
        for (int i = 0; i < count; i++) {
            for (float logit : batch.logits(opened, i).toArray(ValueLayout.JAVA_FLOAT)) {
                out.writeFloat(logit);
            }
        }
    }

    private void tokens() throws IOException {
        byte[] text = in.readNBytes(in.readInt());
        int[] tokens = library.tokens(opened, text, false, false);
        out.writeInt(tokens.length);
        for (int token : tokens) {
            out.writeInt(token);
        }
    }

    /** Wall and this thread's CPU time, in nanoseconds. */
    private void timed(Runnable work) throws IOException {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        work.run();
        out.writeLong(System.nanoTime() - wall);
        out.writeLong(THREADS.getCurrentThreadCpuTime() - cpu);
    }

    /** Times a prompt of {@code count} tokens. */
    private void prefill(int count) throws IOException {
        library.clear(opened);
        batch.reset();
        for (int i = 0; i < count; i++) {
            batch.add(token(i, 0), i, 0, i == count - 1);
        }
        timed(() -> {
            decode();
            var _ = batch.logits(opened, count - 1);
        });
    }

    /** Times {@code steps} steps of {@code sequences} sequences. */
    private void decode(int steps, int sequences) throws IOException {
        library.clear(opened);
        timed(() -> {
            for (int step = 0; step < steps; step++) {
                batch.reset();
                for (int s = 0; s < sequences; s++) {
                    batch.add(token(step, s), step, s, true);
                }
                decode();
                for (int s = 0; s < sequences; s++) {
                    var _ = batch.logits(opened, s);
                }
            }
        });
    }

    private void decode() {
        int code = batch.decode(opened);
        if (code != 0) {
            throw new IllegalStateException("llama_decode gives " + code);
        }
    }

    private static int token(int position, int sequence) {
        return LlamaCpp.token(position, sequence);
    }
}
