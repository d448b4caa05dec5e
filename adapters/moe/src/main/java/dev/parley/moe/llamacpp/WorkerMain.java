package dev.parley.moe.llamacpp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The child JVM's main: computes with llama.cpp what {@link WorkerProcess} asks on standard input, one request after the other, and
 * answers on standard output. It ends when its input does, that is with its parent.
 */
public final class WorkerMain {
    static final int OPEN = 1;
    static final int TOKENS = 2;
    static final int WRITTEN = 3;
    static final int STEP = 4;
    static final int KEEP = 5;

    private final LlamaCppLibrary library;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final FileChannel raw;
    private final List<Model> models = new ArrayList<>();

    private WorkerMain(LlamaCppLibrary library, DataInputStream in, DataOutputStream out, FileChannel raw) {
        this.library = library;
        this.in = in;
        this.out = out;
        this.raw = raw;
    }

    private record Model(LlamaCppLibrary.Opened opened, LlamaBatch batch) {}

    /**
     * @param args folder of llama.cpp's libraries
     */
    public static void main(String[] args) throws IOException {
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stdout, 1 << 16));
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        LlamaCppLibrary library;
        try {
            library = new LlamaCppLibrary(Path.of(args[0]));
        } catch (IllegalArgumentException e) {
            refuse(out, e);
            return;
        }
        out.writeBoolean(true);
        out.writeUTF(library.version());
        out.flush();
        new WorkerMain(library, in, out, stdout.getChannel()).serve();
    }

    private static void refuse(DataOutputStream out, IllegalArgumentException why) throws IOException {
        out.writeBoolean(false);
        out.writeUTF(String.valueOf(why.getMessage()));
        out.flush();
    }

    private void serve() throws IOException {
        for (int what = in.read(); what >= 0; what = in.read()) {
            switch (what) {
                case OPEN -> open();
                case TOKENS -> tokens();
                case WRITTEN -> written();
                case STEP -> step();
                case KEEP -> keep();
                default -> throw new IllegalStateException("Unknown request " + what);
            }
            out.flush();
        }
        models.forEach(model -> library.close(model.opened()));
    }

    private void open() throws IOException {
        String file = in.readUTF();
        int threads = in.readInt();
        int positions = in.readInt();
        int sequences = in.readInt();
        int capacity = in.readInt();
        String key = in.readUTF();
        int value = in.readInt();
        Map<String, Integer> overrides = key.isEmpty() ? Map.of() : Map.of(key, value);
        LlamaCppLibrary.Opened opened;
        try {
            opened = library.open(
                    file, new LlamaCppLibrary.Options(threads, positions, sequences, capacity, false, overrides));
        } catch (IllegalArgumentException e) {
            refuse(out, e);
            return;
        }
        models.add(new Model(opened, new LlamaBatch(library.calls(), capacity)));
        out.writeBoolean(true);
        out.writeInt(opened.positions());
        new TokenReader(library.calls(), opened).write(out);
    }

    private Model model() throws IOException {
        return models.get(in.readInt());
    }

    private byte[] bytes() throws IOException {
        return in.readNBytes(in.readInt());
    }

    private void tokens() throws IOException {
        Model model = model();
        boolean begun = in.readBoolean();
        boolean control = in.readBoolean();
        int[] tokens = library.tokens(model.opened(), bytes(), begun, control);
        out.writeInt(tokens.length);
        for (int token : tokens) {
            out.writeInt(token);
        }
    }

    private void written() throws IOException {
        Model model = model();
        List<LlamaCppLibrary.Turn> turns = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            turns.add(new LlamaCppLibrary.Turn(
                    in.readUTF(), new String(bytes(), java.nio.charset.StandardCharsets.UTF_8)));
        }
        Optional<byte[]> text = library.written(model.opened(), turns);
        out.writeInt(text.map(bytes -> bytes.length).orElse(-1));
        out.write(text.orElse(new byte[0]));
    }

    private void keep() throws IOException {
        Model model = model();
        int sequence = in.readInt();
        out.writeBoolean(library.keep(model.opened(), sequence, in.readInt()));
    }

    private void step() throws IOException {
        Model model = model();
        int count = in.readInt();
        List<Integer> rows = new ArrayList<>();
        model.batch().reset();
        for (int i = 0; i < count; i++) {
            int token = in.readInt();
            int position = in.readInt();
            int sequence = in.readInt();
            boolean wanted = in.readBoolean();
            model.batch().add(token, position, sequence, wanted);
            if (wanted) {
                rows.add(i);
            }
        }
        int code = model.batch().decode(model.opened());
        out.writeInt(code);
        if (code == 0) {
            out.flush();
            for (int row : rows) {
                send(model.batch().logits(model.opened(), row));
            }
        }
    }

    /** Native memory goes straight into the pipe, in the machine's byte order. */
    private void send(MemorySegment logits) throws IOException {
        ByteBuffer left = logits.asByteBuffer();
        while (left.hasRemaining()) {
            int _ = raw.write(left);
        }
    }
}
