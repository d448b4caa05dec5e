package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.config.BackendSpec;
import dev.parley.config.ModelSpec;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.llamacpp.LlamaCpp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a backend of kind llamacpp is said at the start, with its field and remedy. */
class LlamaCppStartIT {
    private static final Path SHIPPED = LlamaCppRuntimeIT.SHIPPED;
    private static final ModelSpec FACTS = LlamaCppRuntimeIT.to("parley-facts").model();

    @TempDir
    private Path folder;

    private static BackendSpec.LlamaCpp library(Path library) {
        return new BackendSpec.LlamaCpp("big", library.toString(), SHIPPED.toString(), 1, 4, 8, 512);
    }

    private static ThrowableAssertAlternative<IllegalArgumentException> refused(
            BackendSpec.LlamaCpp spec, ModelSpec model) {
        return assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> LlamaCppRuntime.start(spec, List.of(model)));
    }

    @Test
    void aFolderWithoutTheLibrary() {
        refused(library(folder), FACTS)
                .withMessageStartingWith(
                        "Backend 'big': library: " + folder + " holds no libggml-base.so. Set it to the folder");
        refused(library(folder.resolve("nowhere")), FACTS).withMessageContaining("is no folder that can be read");
    }

    /** Not llama.cpp, although the files are named so. */
    @Test
    void anotherLibrary() throws Exception {
        for (String name : List.of("libggml-base.so", "libggml.so", "libllama.so")) {
            Files.copy(LlamaCpp.library().resolve("libggml-base.so"), folder.resolve(name));
        }
        refused(library(folder), FACTS)
                .withMessageContaining("libllama.so is llama.cpp older than 0.4.0. Supported is llama.cpp 0.4.0");
    }

    @Test
    void modelsThatAreNotThere() throws Exception {
        refused(LlamaCppRuntimeIT.spec(folder), FACTS)
                .withMessageContaining("directory: " + folder + " holds no *.gguf file");
        refused(LlamaCppRuntimeIT.spec(SHIPPED), LlamaCppRuntimeIT.to("gpt-9").model())
                .withMessageContaining("upstream: no GGUF file in " + SHIPPED + " is named 'gpt-9'")
                .withMessageContaining("parley-facts ('parley-facts')");
        for (String name : List.of("one.gguf", "two.gguf")) {
            Files.copy(SHIPPED.resolve("parley-facts.gguf"), folder.resolve(name));
        }
        refused(LlamaCppRuntimeIT.spec(folder), FACTS)
                .withMessageContaining("several files call themselves 'parley-facts': one, two");
    }

    @Test
    void moreExpertsThanThereAre() {
        ModelSpec nine =
                LlamaCppRuntimeIT.tier(LlamaCppRuntimeIT.to("parley-facts"), 9).model();
        refused(LlamaCppRuntimeIT.spec(SHIPPED), nine)
                .withMessageContaining("moe.experts: parley-facts has 8 experts a layer, not 9");
    }

    @Test
    void aFileThatIsNoModel() throws Exception {
        Files.writeString(folder.resolve("broken.gguf"), "not really a model, I fear");
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> LlamaCppRuntime.start(
                        LlamaCppRuntimeIT.spec(folder),
                        List.of(LlamaCppRuntimeIT.to("broken").model())))
                .withMessageContaining("broken.gguf: byte 0: this is not a GGUF file");
    }
}
