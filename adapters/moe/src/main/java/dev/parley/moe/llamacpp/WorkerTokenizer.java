package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.text.Tokenizer;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** A model's vocabulary as llama.cpp gives it, kept here; texts are cut in the child. Immutable, thread-safe but for {@link #encode}. */
final class WorkerTokenizer implements Tokenizer {
    static final int ENDS = 1;
    static final int CONTROL = 2;

    private final Cutter cutter;
    private final boolean spaced;
    private final int[] beginning;
    private final byte[][] bytes;
    private final BitSet ends = new BitSet();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Integer> controls = new HashMap<>();

    /** Cuts a text into tokens, without control tokens. */
    interface Cutter {
        int[] cut(String text);
    }

    /** Reads what {@link TokenReader} writes. */
    WorkerTokenizer(DataInputStream in, Cutter cutter) throws IOException {
        this.cutter = cutter;
        bytes = new byte[in.readInt()][];
        spaced = in.readBoolean();
        int begin = in.readInt();
        beginning = begin < 0 ? new int[0] : new int[] {begin};
        for (int id = 0; id < bytes.length; id++) {
            int flags = in.readByte();
            bytes[id] = in.readNBytes(in.readUnsignedShort());
            ends.set(id, (flags & ENDS) != 0);
            if (bytes[id].length == 0) {
                String name = in.readUTF();
                names.put(id, name);
                if ((flags & CONTROL) != 0 && !name.isBlank()) {
                    controls.put(name, id);
                }
            }
        }
    }

    @Override
    public int size() {
        return bytes.length;
    }

    /** Only on the thread that talks to the child. */
    @Override
    public int[] encode(String text) {
        return cutter.cut(text);
    }

    @Override
    public byte[] bytes(int id) {
        return bytes[id];
    }

    @Override
    public String text(int id) {
        return names.getOrDefault(id, new String(bytes[id], StandardCharsets.UTF_8));
    }

    @Override
    public OptionalInt control(String text) {
        Integer id = controls.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Whether the text names a control token anywhere. */
    boolean namesControl(String text) {
        return controls.keySet().stream().anyMatch(text::contains);
    }

    @Override
    public boolean ends(int id) {
        return ends.get(id);
    }

    @Override
    public boolean spacesWords() {
        return spaced;
    }

    @Override
    public int[] beginning() {
        return beginning.clone();
    }
}
