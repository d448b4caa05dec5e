package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code parley check}: what a start would fail of is told without starting. */
class CheckCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("parley.yaml"), yaml);
        return new CommandLine(new Main())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("check", file.toString());
    }

    @Test
    void allThatIsMissingOutsideTheFileIsToldAtOnce() throws Exception {
        assertThat(check("""
                        backends: [{id: files, kind: moe, directory: %s/none, models: [m]}]
                        routing: {graph: /no/such/graph.json}
                        """.formatted(folder))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains("Backend 'files': directory: " + folder
                        + "/none is no folder that can be read. Correct directory.")
                .contains("routing.graph: cannot read /no/such/graph.json")
                .contains("parley calibrate");
    }

    @Test
    void aPolicyThatItsGraphCannotKeepIsTold() throws Exception {
        assertThat(check("""
                        backends:
                          - {id: b, url: "http://localhost:1/v1", models: [{id: x, price: free}, {id: y, price: free}]}
                        policies: [{id: held, kind: threshold, strong: x, weak: y, risk: {loss: 0.05}}]
                        """)).isEqualTo(2);
        assertThat(err.toString()).contains("policy 'held': a risk needs outcomes of x in the routing graph");
    }

    @ParameterizedTest
    @CsvSource({"serve, -c", "check, FILE", "moe, inspect", "moe convert, FOLDER", "calibrate, --onto"})
    void everyCommandHelps(String command, String word) {
        String[] arguments = (command + " --help").split(" ");
        assertThat(new CommandLine(new Main())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments))
                .isZero();
        assertThat(out.toString()).contains("Usage: parley " + command, word);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatWouldStartIsShown() throws Exception {
        assertThat(check("")).isZero();
        assertThat(out.toString()).contains("listens on", "parley-math");
        assertThat(err.toString()).isEmpty();
    }
}
