package dev.parley.moe;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.study.CapacityReport;
import dev.parley.moe.engine.study.Footprint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/** What a model takes and how fast it will run here. Stateless. */
public final class ModelInspection {
    /** Of the heap that weights may take, so that the rest of the model fits too. */
    private static final double ROOM = 0.8;

    private ModelInspection() {}

    /**
     * A report for people; takes half a minute and more, because kernels and, if it is loaded, the model are timed. Throws
     * {@link dev.parley.moe.engine.gguf.GgufException} for a file that cannot be used.
     *
     * @param model path of a GGUF file, or the name of a shipped model
     * @param load whether to load and time the model too; not done if its weights would not fit the heap
     */
    public static String of(String model, boolean load) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Optional<byte[]> shipped = ModelStore.shippedFile(model);
            GgufFile file = shipped.isPresent()
                    ? GgufReader.read(model, MemorySegment.ofArray(shipped.get()))
                    : GgufReader.map(Path.of(model), arena);
            long room = (long) (ROOM * Runtime.getRuntime().maxMemory());
            long needed = Footprint.of(file).memoryBytes();
            if (load && needed > room) {
                return CapacityReport.of(file, Optional.empty()) + "Not loaded and timed: its weights take "
                        + needed / 1_000_000 + " MB, of the heap " + room / 1_000_000
                        + " MB are for them. Set PARLEY_HEAP higher.\n";
            }
            Optional<Model> loaded = !load
                    ? Optional.empty()
                    : Optional.of(
                            shipped.isPresent()
                                    ? ModelLoader.load(model, shipped.get())
                                    : ModelLoader.load(Path.of(model)));
            return CapacityReport.of(file, loaded);
        }
    }
}
