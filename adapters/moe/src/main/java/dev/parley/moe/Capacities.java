package dev.parley.moe;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.study.Capacity;
import dev.parley.moe.engine.study.Footprint;
import dev.parley.moe.engine.study.KernelSpeeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the served models take and give, each read off its file once; adapters, which share a base's weights, are left out. Thread-safe. */
final class Capacities {
    private final String folder;
    private final List<String> names;
    private final KernelSpeeds speeds = new KernelSpeeds();
    private final Map<String, Footprint> footprints = new LinkedHashMap<>(); // under this object's lock
    private final Map<String, Capacity.Foretold> foretold = new ConcurrentHashMap<>();

    /**
     * @param folder of the models, empty for those shipped
     */
    Capacities(String folder, List<String> names) {
        this.folder = folder;
        this.names = List.copyOf(names);
    }

    /**
     * @param speed whether to work out speeds that are not known yet, which takes a core for some ten seconds a kind of storage
     */
    List<ModelCapacity> list(boolean speed) {
        List<ModelCapacity> all = new ArrayList<>();
        footprints().forEach((name, footprint) -> {
            // Not computed inside the map, which would make those wait who only look.
            if (speed && !foretold.containsKey(name)) {
                foretold.put(name, Capacity.measured(footprint, speeds).foretold());
            }
            all.add(new ModelCapacity(
                    name,
                    footprint.memoryBytes(),
                    footprint.positionBytes(),
                    footprint.shape().context(),
                    footprint.activeBytes(),
                    Optional.ofNullable(foretold.get(name))));
        });
        return all;
    }

    private synchronized Map<String, Footprint> footprints() {
        if (footprints.isEmpty()) {
            read();
        }
        return new LinkedHashMap<>(footprints);
    }

    private void read() {
        if (folder.isEmpty()) {
            for (String name : names) {
                ModelStore.shippedFile(name)
                        .ifPresent(bytes -> add(GgufReader.read(name, MemorySegment.ofArray(bytes))));
            }
            return;
        }
        for (Path path : ModelStore.files(Path.of(folder))) {
            try (Arena arena = Arena.ofConfined()) {
                add(GgufReader.map(path, arena));
            } catch (IOException e) {
                throw new UncheckedIOException(path + " cannot be read", e);
            }
        }
    }

    private void add(GgufFile file) {
        String name = ModelLoader.name(file);
        if (!ModelLoader.isAdapter(file) && names.contains(name)) {
            footprints.put(name, Footprint.of(file));
        }
    }
}
