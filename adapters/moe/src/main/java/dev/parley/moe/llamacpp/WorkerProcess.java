package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child JVM with llama.cpp in it, and what can be asked of it: one question after the other, each waits for its answer. Throws
 * {@link IOException} whenever the child has gone. To be used by one thread at a time, but for {@link #close} and {@link #alive}.
 */
final class WorkerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final int KEPT_LINES = 12;

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;
    private ByteBuffer row = ByteBuffer.allocate(0);
    private final ArrayDeque<String> said = new ArrayDeque<>();
    private final Thread listening;
    private final Liveness liveness;
    private final String version;

    /**
     * How a model is opened.
     *
     * @param positions of a sequence, at most
     * @param capacity tokens in a step, at most
     * @param override of an integer in the file's metadata; none where empty
     */
    record Opening(
            String file, int threads, int positions, int sequences, int capacity, Map<String, Integer> override) {}

    /**
     * An opened model.
     *
     * @param index by which it is asked
     * @param positions of a sequence
     */
    record Opened(int index, int positions, WorkerTokenizer tokenizer) {}

    /**
     * Starts a child and has it load the library: some tenths of a second. Throws {@link IllegalArgumentException} if the library is
     * missing or not the one that is known.
     *
     * @param patience how long the child may neither answer nor compute
     */
    WorkerProcess(Path library, Duration patience) throws IOException {
        LibraryFiles.in(library);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "parley-llamacpp-%p.log"),
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName(),
                library.toString());
        builder.environment().put("GGML_NO_BACKTRACE", "1"); // which would call a debugger
        process = builder.start();
        in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        listening = Thread.ofVirtual().name("parley-llamacpp-log").start(this::listen);
        liveness = new Liveness(process, patience);
        liveness.owes(true);
        try {
            checkAccepted();
            version = in.readUTF();
            liveness.owes(false);
        } catch (IOException e) {
            throw new IOException(lastWords(e), e);
        } catch (IllegalArgumentException e) {
            close();
            throw e;
        }
    }

    private void listen() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.debug("{}", line);
                synchronized (said) {
                    said.add(line);
                    if (said.size() > KEPT_LINES) {
                        said.remove();
                    }
                }
            }
        } catch (IOException e) {
            return; // the child has gone
        }
    }

    private void checkAccepted() throws IOException {
        if (!in.readBoolean()) {
            throw new IllegalArgumentException(in.readUTF());
        }
    }

    /** llama.cpp's own. */
    String version() {
        return version;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Run once the child has ended, whatever the reason. */
    void onEnd(Runnable then) {
        var _ = process.onExit().thenRun(then);
    }

    /**
     * Throws {@link GgufException} for a file that llama.cpp refuses.
     *
     * @param index how many are open already
     * @param cutter for its texts
     */
    Opened open(int index, Opening opening, WorkerTokenizer.Cutter cutter) throws IOException {
        ask(WorkerMain.OPEN);
        out.writeUTF(opening.file());
        out.writeInt(opening.threads());
        out.writeInt(opening.positions());
        out.writeInt(opening.sequences());
        out.writeInt(opening.capacity());
        Map.Entry<String, Integer> override =
                opening.override().entrySet().stream().findFirst().orElse(Map.entry("", 0));
        out.writeUTF(override.getKey());
        out.writeInt(override.getValue());
        out.flush();
        try {
            checkAccepted();
        } catch (IllegalArgumentException e) {
            String remedy = "Use another file, or take the model out of the configuration";
            throw new GgufException(opening.file(), "file", String.valueOf(e.getMessage()), remedy);
        }
        int positions = in.readInt();
        WorkerTokenizer tokenizer = new WorkerTokenizer(in, cutter);
        liveness.owes(false);
        return new Opened(index, positions, tokenizer);
    }

    private void ask(int what) throws IOException {
        liveness.owes(true);
        out.write(what);
    }

    /**
     * Has a sequence forget all from a position on, for an answer that goes on from there; if this model cannot, all of it.
     *
     * @return whether what is before {@code from} is still known
     */
    boolean keep(int model, int sequence, int from) throws IOException {
        ask(WorkerMain.KEEP);
        out.writeInt(model);
        out.writeInt(sequence);
        out.writeInt(from);
        out.flush();
        boolean kept = in.readBoolean();
        liveness.owes(false);
        return kept;
    }

    /**
     * The ids of a text.
     *
     * @param begun with what every text begins with
     * @param control whether names of control tokens in it mean these
     */
    int[] tokens(int model, String text, boolean begun, boolean control) throws IOException {
        ask(WorkerMain.TOKENS);
        out.writeInt(model);
        out.writeBoolean(begun);
        out.writeBoolean(control);
        write(text);
        out.flush();
        int[] tokens = new int[in.readInt()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = in.readInt();
        }
        liveness.owes(false);
        return tokens;
    }

    private void write(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    /** The conversation as llama.cpp writes it by the model's template, the answer begun; empty if it does not know the template. */
    Optional<String> written(int model, List<ChatMessage> messages) throws IOException {
        ask(WorkerMain.WRITTEN);
        out.writeInt(model);
        out.writeInt(messages.size());
        for (ChatMessage message : messages) {
            out.writeUTF(message.role().word());
            write(message.content());
        }
        out.flush();
        int length = in.readInt();
        byte[] text = in.readNBytes(Math.max(0, length));
        liveness.owes(false);
        return length < 0 ? Optional.empty() : Optional.of(new String(text, StandardCharsets.UTF_8));
    }

    /**
     * Computes a step.
     *
     * @param logits [rows, vocabulary], to be filled
     * @return 0, else llama.cpp's code for what it cannot do
     */
    int step(int model, StepBatch batch, int vocabulary, float[] logits) throws IOException {
        ask(WorkerMain.STEP);
        out.writeInt(model);
        out.writeInt(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            out.writeInt(batch.token(i));
            out.writeInt(batch.position(i));
            out.writeInt(batch.sequence(i));
            out.writeBoolean(batch.wanted(i));
        }
        out.flush();
        int code = in.readInt();
        if (row.capacity() != 4 * vocabulary) {
            row = ByteBuffer.allocate(4 * vocabulary).order(ByteOrder.nativeOrder());
        }
        for (int r = 0; r < batch.rows() && code == 0; r++) {
            in.readFully(row.array());
            row.asFloatBuffer().get(logits, r * vocabulary, vocabulary);
        }
        liveness.owes(false);
        return code;
    }

    /** Ends it if it has not ended; why, as far as it is known, and what it said last. Waits a moment for both. */
    String lastWords(Throwable seen) {
        try {
            boolean ended = process.waitFor(1, TimeUnit.SECONDS);
            close();
            boolean _ = listening.join(Duration.ofSeconds(1));
            String status = ended ? "with status " + process.exitValue() : "answering (" + seen + ")";
            String how = liveness.verdict().map(why -> "(" + why + ")").orElse(status);
            synchronized (said) {
                return "llama.cpp ended " + how
                        + (said.isEmpty() ? "" : "; its last words: " + String.join(" | ", said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "llama.cpp ended";
        }
    }

    /** Ends the child, at once. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
