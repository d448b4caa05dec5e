package dev.parley.config.load;

import dev.parley.config.BackendSpec;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads Parley's configuration from YAML 1.2. Strict: a file that is wrong in any way is refused with everything that is wrong
 * in it. Every key, its form and its default stand in {@code reference.yaml}. Blocking; stateless and thread-safe.
 */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Reads a file. <code>${file:...}</code> paths are relative to the file's folder.
     *
     * @throws ConfigException if the file cannot be read or anything in it is wrong
     */
    public static ParleyConfig load(Path file) {
        return load(file, ConfigLoader::systemEnvironment);
    }

    /** As {@link #load(Path)} with another environment. */
    public static ParleyConfig load(Path file, Function<String, Optional<String>> environment) {
        Problems problems = new Problems();
        String label = Optional.ofNullable(file.getFileName()).orElse(file).toString();
        String yaml = text(file, label, problems);
        problems.throwIfAny();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        return read(yaml, label, new Interpolation(environment, folder, problems), problems);
    }

    /**
     * Reads a text; <code>${file:...}</code> paths are relative to the working directory.
     *
     * @param environment value of an environment variable by name
     * @throws ConfigException if anything in it is wrong
     */
    public static ParleyConfig parse(String yaml, Function<String, Optional<String>> environment) {
        return parse(yaml, environment, new Problems());
    }

    static ParleyConfig parse(String yaml, Function<String, Optional<String>> environment, Problems problems) {
        return read(yaml, "config", new Interpolation(environment, Path.of(""), problems), problems);
    }

    /** The configuration Parley runs on without a file: the embedded models, no keys, loopback only. */
    public static ParleyConfig embedded() {
        return embedded(ConfigLoader::systemEnvironment);
    }

    /** As {@link #embedded()} with another environment, e.g. to set {@code PARLEY_PORT} to 0. */
    public static ParleyConfig embedded(Function<String, Optional<String>> environment) {
        Problems problems = new Problems();
        Interpolation interpolation = new Interpolation(environment, Path.of(""), problems);
        return read(Shipped.text("embedded.yaml"), "built-in embedded.yaml", interpolation, problems);
    }

    private static Optional<String> systemEnvironment(String name) {
        return Optional.ofNullable(System.getenv(name));
    }

    private static String text(Path file, String label, Problems problems) {
        try {
            return Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            problems.add(new Place(label, 0), "", "there is no such file", "Correct the path");
        } catch (IOException e) {
            problems.add(
                    new Place(label, 0),
                    "",
                    "the file cannot be read",
                    "It must be UTF-8 text that this user may read");
        }
        return "";
    }

    private static ParleyConfig read(String yaml, String label, Interpolation interpolation, Problems problems) {
        Shipped shipped = Shipped.read(interpolation, problems);
        Raw.Fields file = new YamlTree(label, interpolation, problems).read(yaml);
        Section root = Section.of(shipped.completed(file), "", problems);
        ParleyConfig config = assemble(root, shipped, problems);
        root.finish();
        problems.throwIfAny();
        return config;
    }

    private static ParleyConfig assemble(Section root, Shipped shipped, Problems problems) {
        BackendReader backends = new BackendReader(shipped, problems);
        List<BackendSpec> backendSpecs = backends.read(root.sections("backends"));
        ModelReader models = new ModelReader(backends.kinds(), KnownModels.shipped(), KnownScores.shipped());
        List<ModelSpec> modelSpecs = models.read(backends.models(), root.sections("models"));
        refuseIdle(root, backendSpecs, modelSpecs);
        RouterReader routers = new RouterReader(models.names(), root.sections("routers"));
        PolicyReader policies = new PolicyReader(models.names(), routers, problems);
        List<PolicySpec> policySpecs = policies.read(shipped.policies(), root.entries("policies"));
        ClientReader clients = new ClientReader(models.names(), policies.names());
        return new ParleyConfig(
                SettingsReader.server(root.section("server")),
                SettingsReader.routing(root.section("routing"), policies.names(), routers),
                SettingsReader.cache(root.section("cache")),
                SettingsReader.record(root.section("record")),
                backendSpecs,
                modelSpecs,
                policySpecs,
                clients.keys(root.sections("keys")),
                clients.experiments(root.sections("experiments")),
                routers.all());
    }

    /** A backend without a model is a forgotten line: nothing could ever reach it. */
    private static void refuseIdle(Section root, List<BackendSpec> backends, List<ModelSpec> models) {
        Set<String> ids = backends.stream().map(BackendSpec::id).collect(Collectors.toSet());
        Set<String> used = models.stream().map(ModelSpec::backend).collect(Collectors.toSet());
        if (backends.isEmpty()) {
            root.reject("backends", "there is no backend", "List one, or leave 'backends' out for the embedded models");
        }
        if (!ids.containsAll(used)) {
            return;
        }
        for (BackendSpec backend : backends) {
            if (!used.contains(backend.id()) && !Ids.isUnnamed(backend.id())) {
                root.reject(
                        "backends",
                        "no model uses the backend " + Words.shownName(backend.id()),
                        "List its models under it: 'models: [name, name]'");
            }
        }
    }
}
