package dev.parley.moe.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real JVMs, since a module cannot be taken back from this one. */
class VectorModuleTest {
    private static final String EXPORT = "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED";

    /** Says which kernels a JVM gets, and computes with them. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Kernels kernels = Kernels.vector();
            System.out.println(kernels.getClass().getSimpleName() + " "
                    + kernels.squares(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, 0, 17));
        }
    }

    @Test
    void aJvmStartedWithoutTheModuleLoadsIt() throws Exception {
        assertThat(said(EXPORT)).isEqualTo("VectorKernels 1785.0");
    }

    @Test
    void theModuleOfTheCommandLineWillDo() throws Exception {
        assertThat(said("--add-modules=jdk.incubator.vector")).endsWith("VectorKernels 1785.0");
    }

    @Test
    void whereItCannotBeHadPlainLoopsComputeAndTheRemedyIsSaid() throws Exception {
        assertThat(said()).contains("without SIMD", EXPORT).contains("ScalarKernels 1785.0");
        assertThat(said(EXPORT, "-Dparley.scalar=true")).isEqualTo("ScalarKernels 1785.0");
    }

    private static String said(String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return out.strip();
    }
}
