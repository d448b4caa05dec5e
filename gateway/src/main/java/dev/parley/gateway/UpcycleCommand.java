package dev.parley.gateway;

import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.upcycle.UpcycleReport;
import dev.parley.moe.upcycle.Upcycler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A mixture of a dense model. */
@Command(
        name = "upcycle",
        description =
                "Turn a dense GGUF file into a mixture of experts with the same weights, its gates learnt from a text,"
                        + " and print what it is worth by the number of experts (docs/local-moe.md).")
final class UpcycleCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DENSE.gguf", description = "of architecture llama")
    private Path dense = Path.of("");

    @Parameters(index = "1", paramLabel = "FILE.gguf", description = "to write")
    private Path file = Path.of("");

    @Option(names = "--text", required = true, description = "UTF-8 text of the kind the model shall serve")
    private Path text = Path.of("");

    @Option(names = "--experts", description = "to choose among; default: 8")
    private int experts = 8;

    @Option(names = "--shared", description = "experts' worth of neurons that every token takes; default: 4")
    private int shared = 4;

    @Option(names = "--used", description = "experts a token by itself; default: 6")
    private int used = 6;

    @Option(names = "--tokens", description = "to learn from; default: 8192")
    private int tokens = 8192;

    @Option(names = "--held-out", description = "tokens to judge on; default: 2048")
    private int heldOut = 2048;

    @Option(names = "--by-chance", description = "cut neurons at random, as a baseline")
    private boolean byChance;

    @Option(names = "--name", description = "of the model; default: the file's")
    private String name = "";

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli gives the spec");
        }
        PrintWriter screen = spec.commandLine().getOut();
        PrintWriter errors = spec.commandLine().getErr();
        try {
            screen.print(made(step -> {
                screen.printf("\r%-60s", step);
                screen.flush();
            }));
            screen.flush();
            return 0;
        } catch (IllegalArgumentException | GgufException e) {
            errors.println("\r" + e.getMessage());
        } catch (IOException e) {
            errors.println(
                    "\r" + e + ": check that " + dense + " and " + text + " can be read and " + file + " be written.");
        }
        return 2;
    }

    private String made(Consumer<String> progress) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            String called = name.isEmpty() ? file.getFileName().toString().replaceFirst("\\.gguf$", "") : name;
            Upcycler.Plan plan = new Upcycler.Plan(called, experts, shared, used, byChance);
            Model model = ModelLoader.load(dense);
            Upcycler.Texts texts = Upcycler.texts(model, Files.readString(text), tokens, heldOut);
            new Upcycler(dense, model, plan, progress).write(part, texts.learn());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            String report = UpcycleReport.of(model, file, shared, texts.heldOut(), progress);
            return String.format("\r%-60s%n%s", "Wrote " + file + ", model '" + called + "'.", report);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
