package dev.parley.gateway;

import dev.parley.config.ParleyConfig;
import dev.parley.config.load.ConfigCheck;
import dev.parley.config.load.ConfigException;
import dev.parley.config.load.ConfigLoader;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.routermodels.onnx.MiniLmEncoder;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "parley",
        description = "A multi-LLM router and collaboration gateway.",
        subcommands = {CalibrateCommand.class, MoeCommand.class},
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        version = "parley 0.1.0")
public final class Main {
    private static final int START_SECONDS = 120;

    @Spec
    private @Nullable CommandSpec spec;

    Main() {}

    public static void main(String[] arguments) throws Exception {
        int status;
        if (arguments.length == 0 || List.of(arguments).equals(List.of("serve"))) {
            // Without picocli, whose classes are too old for the AOT cache: reading its annotations takes a quarter of
            // a second.
            status = serve(Optional.empty(), writer(System.out), writer(System.err));
        } else {
            status = new CommandLine(new Main()).execute(arguments);
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    @Command(
            description =
                    "Start the gateway. Without a configuration it runs on the embedded models, for this machine only.")
    int serve(
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            description = "YAML file; see reference.yaml")
                    @Nullable
                    Path file)
            throws Exception {
        return serve(Optional.ofNullable(file), output(), errors());
    }

    private static int serve(Optional<Path> file, PrintWriter out, PrintWriter err) throws Exception {
        MiniLmEncoder.prefetch();
        ParleyConfig config;
        try {
            config = file.isPresent() ? ConfigLoader.load(file.get()) : ConfigLoader.embedded();
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 2;
        }
        Gateway gateway;
        try {
            gateway = started(config);
        } catch (StartException e) {
            err.println(e.getMessage());
            return 1;
        }
        file.ifPresent(gateway::watch);
        Signals.onStop(gateway::close);
        out.println("Parley is ready: " + gateway.url() + " (clients), " + gateway.adminUrl() + " (console).");
        out.flush();
        return 0;
    }

    @Command(description = "Validate a configuration without starting: all faults at once, or a summary.")
    int check(@Parameters(paramLabel = "FILE") Path file) {
        ConfigCheck.Report report = ConfigCheck.of(file);
        List<String> missing = report.isOk() ? missing(ConfigLoader.load(file)) : List.of();
        missing.forEach(errors()::println);
        if (missing.isEmpty()) {
            (report.isOk() ? output() : errors()).println(report.text());
        }
        return report.isOk() && missing.isEmpty() ? 0 : 2;
    }

    /** What the configuration names outside of itself and is not there, or does not fit it. */
    private static List<String> missing(ParleyConfig config) {
        List<String> missing = new ArrayList<>();
        config.backends().forEach(backend -> note(missing, () -> LocalEngines.check(backend)));
        note(missing, () -> {
            GraphPlanner planner = GraphPlanner.open(config.routing().graph());
            config.policies().forEach(policy -> note(missing, () -> planner.check(policy)));
        });
        return missing;
    }

    private static void note(List<String> faults, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }

    @Command(
            description =
                    "Start privately, ask one question in every protocol, stop: shows that a configuration works.")
    int selftest(
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            description = "YAML file; default: the embedded models")
                    @Nullable
                    Path file)
            throws Exception {
        try (Gateway gateway =
                started(Gateway.privately(file == null ? ConfigLoader.embedded() : ConfigLoader.load(file)))) {
            return SelfTest.run(gateway.url(), output()) == 0 ? 0 : 1;
        } catch (ConfigException e) {
            errors().println(e.getMessage());
            return 2;
        } catch (StartException e) {
            errors().println(e.getMessage());
            return 1;
        }
    }

    /** A gateway that did not start; the message says why. */
    static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        private StartException(String message, Exception cause) {
            super(message, cause);
        }
    }

    static Gateway started(ParleyConfig config) throws InterruptedException, StartException {
        try {
            return Gateway.start(config)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartException("Parley could not start: " + reason(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new StartException(
                    "Parley could not start within " + START_SECONDS
                            + " s: its models, its encoder or its database take too long to open.",
                    e);
        }
    }

    private static String reason(@Nullable Throwable error) {
        return error == null ? "unknown" : error.getMessage() == null ? error.toString() : error.getMessage();
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    private PrintWriter output() {
        return command().getOut();
    }

    private PrintWriter errors() {
        return command().getErr();
    }

    private CommandLine command() {
        if (spec == null) {
            throw new IllegalStateException("picocli gives the spec");
        }
        return spec.commandLine();
    }
}
