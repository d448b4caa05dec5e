package dev.parley.gateway;

import dev.parley.config.ParleyConfig;
import dev.parley.config.load.ConfigException;
import dev.parley.config.load.ConfigLoader;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.learn.Onboarding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a routing graph, or lets models join one. What can be wrong is looked at before the first question is paid for. */
@Command(
        name = "calibrate",
        description = "Ask models questions with known answers and write a routing graph from what came out.")
final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            description = "YAML file; default: the embedded models")
    private @Nullable Path file;

    @Option(
            names = "--questions",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines {prompt, answer, task}")
    private @Nullable Path questions;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "graph file to write; routing.graph names it")
    private @Nullable Path out;

    @Option(
            names = "--onto",
            paramLabel = "FILE",
            description = "graph file: only models that it lacks are asked, and join it (30 to 100 questions do)")
    private @Nullable Path onto;

    @Override
    public Integer call() throws Exception {
        if (spec == null || questions == null || out == null) {
            throw new IllegalStateException("picocli gives what is required");
        }
        PrintWriter errors = spec.commandLine().getErr();
        try {
            calibrate(questions, out, spec.commandLine().getOut());
            return 0;
        } catch (ConfigException | IllegalArgumentException e) {
            errors.println(e.getMessage());
            return 2;
        } catch (Main.StartException | Calibrator.ProbeException e) {
            errors.println(e.getMessage());
            return 1;
        }
    }

    private void calibrate(Path questions, Path out, PrintWriter screen) throws Exception {
        ParleyConfig config = file == null ? ConfigLoader.embedded() : ConfigLoader.load(file);
        List<Calibrator.Question> asked = Calibrator.questions(questions);
        RoutingGraph graph = onto == null ? RoutingGraph.empty() : joined(onto, questions, asked);
        try (ProbeLog log = log(out);
                Gateway gateway = Main.started(Gateway.privately(config))) {
            if (log.size() > 0) {
                screen.println("Going on from " + log.size() + " answers in " + log.file()
                        + ", which an earlier run left; remove the file to ask anew.");
            }
            Path fresh = out.resolveSibling(out.getFileName() + ".new");
            try {
                Files.write(fresh, gateway.calibrate(asked, graph, log, screen));
            } catch (Calibrator.ProbeException e) {
                screen.println(log.size() + " answers are kept in " + log.file()
                        + ": the same command asks only what is missing.");
                throw e;
            }
            Files.move(fresh, out, StandardCopyOption.REPLACE_EXISTING);
            log.delete();
        }
        screen.println("Wrote " + out + ". Set routing.graph to it.");
    }

    private static RoutingGraph joined(Path onto, Path questions, List<Calibrator.Question> asked) {
        if (asked.size() < Onboarding.FEWEST) {
            throw new IllegalArgumentException(
                    questions + " holds " + asked.size() + " questions, but a model needs at least " + Onboarding.FEWEST
                            + " (better 30 to 100) to join a graph; add some");
        }
        try {
            return GraphPlanner.open(onto.toString()).graph();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--onto: " + e.getMessage(), e);
        }
    }

    private static ProbeLog log(Path out) {
        Path file = out.resolveSibling(out.getFileName() + ".answers.jsonl");
        try {
            return ProbeLog.open(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--out: cannot write " + file + " (" + e + "); name a file in a folder that can be written", e);
        }
    }
}
