package dev.parley.moe.llamacpp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One model in llama.cpp, in a child JVM that ends with this object. Not thread-safe. */
public final class LlamaCpp implements AutoCloseable {
    private static final Path LIBRARY = Path.of("src/test/node/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64");

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final int vocabulary;

    /**
     * @param positions of all sequences together
     * @param exact keys and values in full precision; else llama.cpp's defaults
     */
    public record Options(int threads, int positions, int sequences, boolean exact) {
        /** One thread, one sequence of at most so many positions, for comparing numbers. */
        public static Options exact(int positions) {
            return new Options(1, positions, 1, true);
        }
    }

    public LlamaCpp(Path model, Options options) throws IOException {
        Path library = library();
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LlamaCppChild.class.getName(),
                        library.toString()))
                .redirectError(log().toFile())
                .start();
        in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        out.writeInt(LlamaCppChild.OPEN);
        out.writeUTF(model.toAbsolutePath().toString());
        out.writeInt(options.threads());
        out.writeInt(options.positions());
        out.writeInt(options.sequences());
        out.writeBoolean(options.exact());
        out.writeInt(options.positions());
        out.flush();
        vocabulary = in.readInt();
    }

    /** Where `make clients` puts the libraries. */
    public static Path library() {
        Path library = Path.of(System.getProperty("parley.llamacpp", LIBRARY.toString()))
                .toAbsolutePath();
        if (!Files.exists(library.resolve("libllama.v0.4.0.so"))) {
            throw new IllegalStateException(library + " holds no llama.cpp v0.4.0: run `make clients` once");
        }
        return library;
    }

    private static Path log() throws IOException {
        return Files.createDirectories(Path.of("target")).resolve("llama-cpp.log");
    }

    /** The token that benchmarks of both engines put at a position of a sequence. */
    public static int token(int position, int sequence) {
        return 32 + (position * 7 + sequence * 13) % 200;
    }

    /** Logits after each of the tokens, [tokens, vocabulary]. */
    public float[][] logits(int[] tokens) throws IOException {
        out.write(LlamaCppChild.LOGITS);
        out.writeInt(tokens.length);
        for (int token : tokens) {
            out.writeInt(token);
        }
        out.flush();
        float[][] logits = new float[tokens.length][vocabulary];
        for (float[] row : logits) {
            for (int i = 0; i < vocabulary; i++) {
                row[i] = in.readFloat();
            }
        }
        return logits;
    }

    /** The ids of a text: no beginning token, control tokens not looked for. */
    public int[] tokens(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(LlamaCppChild.TOKENS);
        out.writeInt(utf8.length);
        out.write(utf8);
        out.flush();
        int[] tokens = new int[in.readInt()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = in.readInt();
        }
        return tokens;
    }

    /** Nanoseconds: elapsed, and of the computing thread's CPU. */
    public record Time(long wall, long cpu) {}

    /** Times a prompt of {@code count} tokens. */
    public Time prefill(int count) throws IOException {
        out.write(LlamaCppChild.PREFILL);
        out.writeInt(count);
        out.flush();
        return new Time(in.readLong(), in.readLong());
    }

    /** Times {@code steps} steps of {@code sequences} sequences. */
    public Time decode(int steps, int sequences) throws IOException {
        out.write(LlamaCppChild.DECODE);
        out.writeInt(steps);
        out.writeInt(sequences);
        out.flush();
        return new Time(in.readLong(), in.readLong());
    }

    @Override
    public void close() throws IOException {
        out.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
