package dev.parley.moe;

import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.gguf.GgufReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds GGUF files of a folder by the names that people give: the file's, without its ending, or the one the file gives itself. */
final class GgufFolder {
    private static final String NAME = "general.name";
    /** Of a model in several files the first one is opened, and llama.cpp finds the rest. */
    private static final Pattern LATER_PART = Pattern.compile(".*-(?!00001)\\d{5}-of-\\d{5}");

    private final Path folder;
    private final Map<String, Path> files = new TreeMap<>();

    /** Throws {@link IllegalArgumentException} for a folder that cannot be read or holds no model. */
    GgufFolder(Path folder) {
        this.folder = folder;
        list(folder).forEach(file -> files.put(stem(file), file));
    }

    /** Throws {@link IllegalArgumentException} for a folder that cannot be read or holds no model. */
    static void check(Path folder) {
        if (list(folder).isEmpty()) {
            throw new IllegalArgumentException(
                    "directory: " + folder + " holds no *.gguf file. Put models there, or correct directory.");
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> file.toString().endsWith(".gguf"))
                    .filter(file -> !LATER_PART.matcher(stem(file)).matches())
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "directory: " + folder + " is no folder that can be read. Correct directory.", e);
        }
    }

    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.gguf$", "");
    }

    /** Throws {@link IllegalArgumentException} naming the models there are, or those that go by this name. */
    Path file(String name) {
        Path exact = files.get(name);
        if (exact != null) {
            return exact;
        }
        List<Path> found = files.values().stream()
                .filter(file -> ownName(file).equals(name))
                .toList();
        if (found.size() > 1) {
            String several = found.stream().map(GgufFolder::stem).collect(Collectors.joining(", "));
            throw new IllegalArgumentException("upstream: in " + folder + " several files call themselves '" + name
                    + "': " + several + ". Name one of these files instead.");
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("upstream: no GGUF file in " + folder + " is named '" + name
                    + "', nor calls itself so (general.name); there are " + names()
                    + ". Correct the model's upstream.");
        }
        return found.getFirst();
    }

    private String names() {
        return files.entrySet().stream()
                .map(entry -> entry.getKey() + " ('" + ownName(entry.getValue()) + "')")
                .collect(Collectors.joining(", "));
    }

    /** Empty for a file that cannot be read: nobody may have asked for it. */
    private static String ownName(Path file) {
        try {
            GgufMetadata metadata = GgufReader.metadata(file);
            return metadata.has(NAME) ? metadata.text(NAME) : "";
        } catch (IOException | GgufException e) {
            return "";
        }
    }
}
