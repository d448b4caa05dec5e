package dev.parley.moe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.model.ExpertCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds and loads models, by name in a steady order. Throws {@link GgufException} for a file that cannot be used. */
final class ModelStore {
    private static final String FOLDER = "models/";
    private static final String MANIFEST = "manifest.json";

    private ModelStore() {}

    /** The models shipped with Parley, each checked against the manifest's digest. */
    static Map<String, Model> shipped() {
        Map<String, Model> models = new LinkedHashMap<>();
        for (JsonNode entry : manifest().path("models")) {
            String file = entry.path("file").asText();
            byte[] bytes = resource(file);
            checkDigest(file, bytes, entry.path("sha256").asText());
            models.put(entry.path("name").asText(), ModelLoader.load(file, bytes));
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
        for (Path path : files(folder)) {
            Model model = load(path, cache);
            if (models.putIfAbsent(model.profile().name(), model) != null) {
                String fault =
                        "another file has the model name " + model.profile().name();
                throw new GgufException(
                        path.getFileName().toString(), "key general.name", fault, "Remove one of the two");
            }
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

    private static List<Path> files(Path folder) {
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

    private static void checkDigest(String file, byte[] bytes, String expected) {
        String actual = digest(bytes);
        if (!actual.equals(expected)) {
            String fault = "its SHA-256 is " + actual + ", the manifest says " + expected;
            throw new GgufException(file, "file", fault, "Build Parley again from a clean clone");
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
