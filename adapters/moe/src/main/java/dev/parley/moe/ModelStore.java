package dev.parley.moe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.model.ExpertCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds and loads models, by name in a steady order. Throws {@link GgufException} for a file that cannot be used. */
final class ModelStore {
    private static final String FOLDER = "models/";
    private static final String MANIFEST = "manifest.json";
    /** Of an adapter: the name of the model it was made for. */
    private static final String BASE = "general.base_model.0.name";

    private ModelStore() {}

    /** The models shipped with Parley. A jar keeps checksums of its own, so digests are left to the tests: they take a tenth of the start. */
    static Map<String, Model> shipped() {
        Map<String, Model> models = new LinkedHashMap<>();
        for (JsonNode entry : manifest().path("models")) {
            String file = entry.path("file").asText();
            models.put(entry.path("name").asText(), ModelLoader.load(file, resource(file)));
        }
        if (models.isEmpty()) {
            throw new GgufException(MANIFEST, "models", "it names none", "Run make train-micro, or set a directory");
        }
        return models;
    }

    /** The bytes of a shipped model; empty if none has this name. */
    static Optional<byte[]> shippedFile(String name) {
        for (JsonNode entry : manifest().path("models")) {
            if (entry.path("name").asText().equals(name)) {
                return Optional.of(resource(entry.path("file").asText()));
            }
        }
        return Optional.empty();
    }

    /** All {@code *.gguf} of a folder, by the names in the files. */
    static Map<String, Model> directory(Path folder) {
        return directory(folder, Optional.empty());
    }

    /** As {@link #directory(Path)}; with a cache, experts stay in their files but for those it keeps. */
    static Map<String, Model> directory(Path folder, Optional<ExpertCache> cache) {
        Map<String, Model> models = new LinkedHashMap<>();
        List<Path> adapters = new ArrayList<>();
        for (Path path : files(folder)) {
            if (isAdapter(path)) {
                adapters.add(path);
            } else {
                add(models, path, load(path, cache));
            }
        }
        for (Path path : adapters) {
            add(models, path, adapted(path, List.copyOf(models.values())));
        }
        if (models.isEmpty()) {
            throw new GgufException(
                    folder.toString(),
                    "folder",
                    "it holds no *.gguf file",
                    "Put models there, or leave directory empty");
        }
        return models;
    }

    private static void add(Map<String, Model> models, Path path, Model model) {
        String name = model.profile().name();
        if (models.putIfAbsent(name, model) != null) {
            throw new GgufException(
                    path.getFileName().toString(),
                    "key general.name",
                    "another file has the model name " + name,
                    "Remove one of the two");
        }
    }

    private static boolean isAdapter(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return ModelLoader.isAdapter(GgufReader.map(path, arena));
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    /** An adapter over the base it names, or over the only model of its architecture. */
    private static Model adapted(Path path, List<Model> models) {
        try (Arena arena = Arena.ofConfined()) {
            GgufFile file = GgufReader.map(path, arena);
            String architecture = file.metadata().text("general.architecture");
            List<Model> fitting = models.stream()
                    .filter(m -> m.profile().architecture().equals(architecture))
                    .toList();
            Optional<Model> named = fitting.stream()
                    .filter(m -> file.metadata().has(BASE)
                            && m.profile().name().equals(file.metadata().text(BASE)))
                    .findFirst();
            if (named.isEmpty() && fitting.size() != 1) {
                throw file.fault(
                        "key " + BASE,
                        "its base is not known; of architecture " + architecture + " there are "
                                + fitting.stream().map(m -> m.profile().name()).toList(),
                        "Write the base's name there, or keep the adapter in a folder with that model alone");
            }
            return ModelLoader.adapted(named.orElseGet(fitting::getFirst), file);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    static List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.toString().endsWith(".gguf"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new GgufException(
                    folder.toString(), "folder", "it cannot be read", "Correct the moe backend's directory");
        }
    }

    private static Model load(Path path, Optional<ExpertCache> cache) {
        try {
            return cache.isPresent() ? ModelLoader.load(path, cache.get()) : ModelLoader.load(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    private static JsonNode manifest() {
        try {
            return new ObjectMapper().readTree(resource(MANIFEST));
        } catch (IOException e) {
            throw new UncheckedIOException("The shipped " + MANIFEST + " is no JSON", e);
        }
    }

    private static byte[] resource(String file) {
        try (InputStream in = ModelStore.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new GgufException(file, "class path", "it is not among the shipped models", "Build Parley again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("The shipped " + file + " cannot be read", e);
        }
    }
}
