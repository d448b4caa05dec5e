package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.RoutingSpec.Device;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that gets SIGTERM while inference runs must end by that signal, not by a crash. */
class ShutdownIT {
    private static final int ENDED_BY_SIGTERM = 143;

    @TempDir
    Path directory;

    /** Encodes for ever. */
    static final class Busy {
        private Busy() {}

        public static void main(String[] args) {
            MiniLmEncoder encoder = MiniLmEncoder.open(MiniLmEncoderTest.spec(Device.CPU));
            List<String> texts = List.of("a long text of many words ".repeat(60));
            encoder.embed(texts).join();
            System.out.println("busy");
            while (!encoder.embed(texts).handle((v, e) -> e != null).join()) {
                Thread.onSpinWait();
            }
        }
    }

    @RepeatedTest(3)
    void sigtermUnderInferenceIsNoCrash() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Busy.class.getName())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && !line.equals("busy")) {
                line = out.readLine();
            }
            assertThat(line).as("the child reached its inference").isEqualTo("busy");
            process.toHandle().destroy(); // SIGTERM; Process.destroy would close its output too
            String rest = out.lines().collect(java.util.stream.Collectors.joining("\n"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(rest).isEqualTo(ENDED_BY_SIGTERM);
            assertThat(directory.toFile().list()).as("no crash report").isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }
}
