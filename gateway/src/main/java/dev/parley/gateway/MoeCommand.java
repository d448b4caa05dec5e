package dev.parley.gateway;

import dev.parley.graphrouter.calibrate.Grader;
import dev.parley.moe.ExpertStudy;
import dev.parley.moe.ModelInspection;
import dev.parley.moe.convert.Converter;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be asked of the local models without a gateway. */
@Command(name = "moe", description = "Look into the local models.", subcommands = UpcycleCommand.class)
final class MoeCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Command(
            description =
                    "Count the experts that questions need, by task; print or write the fewest that hold a share of"
                            + " the gates' mass, and say how well the model suits a cache of experts.")
    int experts(
            @Parameters(paramLabel = "MODEL", description = "name of the model") String model,
            @Option(names = "--questions", required = true, description = "JSON lines {prompt, answer, task}")
                    Path questions,
            @Option(
                            names = "--share",
                            defaultValue = "0.9",
                            description = "of the gates' mass that a set holds, 0..1; default: 0.9")
                    double share,
            @Option(
                            names = "--directory",
                            defaultValue = "",
                            description = "folder of GGUF files; default: the models shipped")
                    String directory,
            @Option(
                            names = "--out",
                            description = "file to write the sets to: MODEL.experts.json in the models' folder is read"
                                    + " at the start")
                    @Nullable
                    Path out)
            throws Exception {
        if (spec == null) {
            throw new IllegalStateException("picocli gives the spec");
        }
        if (!(share > 0 && share <= 1)) {
            spec.commandLine().getErr().println("--share must be above 0 and at most 1, not " + share + ".");
            return 2;
        }
        ExpertStudy study;
        List<Calibrator.Question> asked;
        try {
            asked = Calibrator.questions(questions);
            study = ExpertStudy.of(directory, model, (given, expected) -> Grader.grade(given, expected) == 1);
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 2;
        }
        for (Calibrator.Question question : asked) {
            study.add(question.task(), question.prompt(), question.answer());
        }
        PrintWriter screen = spec.commandLine().getOut();
        screen.print(study.report(share));
        if (out != null) {
            Files.writeString(out, study.file(share));
            screen.println("Wrote " + out + ".");
        }
        screen.flush();
        return 0;
    }

    @Command(
            description =
                    "Convert a checkpoint of Hugging Face's transformers (config.json, tokenizer.json, safetensors)"
                            + " into a GGUF file that Parley and llama.cpp serve.")
    int convert(
            @Parameters(paramLabel = "FOLDER", description = "with the checkpoint") Path folder,
            @Parameters(paramLabel = "FILE.gguf", description = "to write") Path file,
            @Option(
                            names = "--type",
                            defaultValue = "Q8_0",
                            description =
                                    "storage of matrices: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q6_K; default: Q8_0")
                    TensorType type,
            @Option(names = "--name", defaultValue = "", description = "of the model; default: the folder's")
                    String name)
            throws Exception {
        if (spec == null) {
            throw new IllegalStateException("picocli gives the spec");
        }
        PrintWriter screen = spec.commandLine().getOut();
        if (type == TensorType.MXFP4) {
            spec.commandLine().getErr().println("--type: MXFP4 is read, not written; take Q4_0 or Q4_K.");
            return 2;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            String called = name.isEmpty() ? folder.toRealPath().getFileName().toString() : name;
            List<String> notes = Converter.convert(folder, part, called, type, tensor -> {
                screen.print("\r" + tensor + "                ");
                screen.flush();
            });
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            notes.forEach(note -> screen.println("\r" + note));
            screen.println("\rWrote " + file + ", model '" + called + "', " + Files.size(file) / 1_000_000 + " MB.");
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("\r" + e.getMessage());
            return 2;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("\r" + e + ": check that " + folder + " can be read and " + file + " be written.");
            return 2;
        } finally {
            Files.deleteIfExists(part);
        }
        screen.flush();
        return 0;
    }

    @Command(
            description =
                    "Say what a local model takes - weights, keys and values, multiplications a token - and foretell"
                            + " its speed on this machine, with the measured one beside it.")
    int inspect(
            @Parameters(paramLabel = "MODEL", description = "a GGUF file, or the name of a shipped model") String model,
            @Option(names = "--unloaded", description = "foretell only, without loading the model") boolean unloaded) {
        if (spec == null) {
            throw new IllegalStateException("picocli gives the spec");
        }
        try {
            spec.commandLine().getOut().print(ModelInspection.of(model, !unloaded));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (GgufException e) {
            spec.commandLine().getErr().println(e.getMessage());
        } catch (IOException e) {
            spec.commandLine().getErr().println(e + ": name a GGUF file that can be read, or a shipped model.");
        }
        return 2;
    }
}
