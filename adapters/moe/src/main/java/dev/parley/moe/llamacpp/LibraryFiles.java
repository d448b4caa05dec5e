package dev.parley.moe.llamacpp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shared libraries of llama.cpp in a folder. */
public final class LibraryFiles {
    /** What the bindings were written for and are tested with; structures change from release to release. */
    public static final String SUPPORTED = "llama.cpp 0.4.0, as in the npm package @node-llama-cpp/linux-x64 3.21.1";

    private LibraryFiles() {}

    /**
     * The libraries in the order of loading: base, backends' registry, llama. Releases write them {@code libllama.so} or with their
     * version, {@code libllama.v0.4.0.so}. Throws {@link IllegalArgumentException} if one is missing.
     */
    public static List<Path> in(Path folder) {
        List<Path> found = new ArrayList<>();
        for (String library : List.of("ggml-base", "ggml", "llama")) {
            found.add(one(folder, library));
        }
        return found;
    }

    private static Path one(Path folder, String library) {
        Pattern name = Pattern.compile("lib" + library + "(\\.v[0-9.]+)?\\.(so|dylib)");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> missing(folder + " holds no lib" + library + ".so"));
        } catch (IOException e) {
            throw missing(folder + " is no folder that can be read");
        }
    }

    private static IllegalArgumentException missing(String fault) {
        return new IllegalArgumentException(
                "library: " + fault + ". Set it to the folder of the shared libraries of " + SUPPORTED
                        + ": npm install @node-llama-cpp/linux-x64@3.21.1, then"
                        + " node_modules/@node-llama-cpp/linux-x64/bins/linux-x64.");
    }
}
