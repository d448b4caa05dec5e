package dev.parley.config.load;

import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.KeySpec;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks a configuration without starting anything: what {@code parley check} prints. */
public final class ConfigCheck {
    private ConfigCheck() {}

    /**
     * @param violations empty if the configuration can be used
     * @param text for people: the violations, or what is configured; holds no secret
     */
    public record Report(List<Violation> violations, String text) {
        public Report {
            violations = List.copyOf(violations);
        }

        public boolean isOk() {
            return violations.isEmpty();
        }
    }

    /** Loads the file as the gateway would. Never throws for what is in it. */
    public static Report of(Path file) {
        return of(() -> ConfigLoader.load(file));
    }

    /** As {@link #of(Path)} with another environment. */
    public static Report of(Path file, Function<String, Optional<String>> environment) {
        return of(() -> ConfigLoader.load(file, environment));
    }

    private static Report of(java.util.function.Supplier<ParleyConfig> load) {
        try {
            return new Report(List.of(), summary(load.get()));
        } catch (ConfigException e) {
            return new Report(e.violations(), e.getMessage() + "\n");
        }
    }

    /** What is configured, as tables. */
    public static String summary(ParleyConfig config) {
        StringBuilder text = new StringBuilder();
        text.append("listens on %s:%d, management on %s:%d%n"
                .formatted(
                        config.server().host(),
                        config.server().port(),
                        config.server().adminHost(),
                        config.server().adminPort()));
        table(
                text,
                List.of("BACKEND", "KIND", "PLACE"),
                config.backends().stream().map(ConfigCheck::backend).toList());
        table(
                text,
                List.of(
                        "MODEL",
                        "BACKEND",
                        "USD/1M IN",
                        "OUT",
                        "CONTEXT",
                        "OUTPUT",
                        "QUALITY",
                        "SCORES",
                        "CAPABILITIES"),
                config.models().stream().map(ConfigCheck::model).toList());
        table(
                text,
                List.of("POLICY", "KIND", "ROUTER", ""),
                config.policies().stream().map(policy -> policy(policy, config)).toList());
        table(
                text,
                List.of("KEY", "MODELS", "POLICY"),
                config.keys().stream().map(ConfigCheck::key).toList());
        table(
                text,
                List.of("EXPERIMENT", "UNIT", "VARIANTS"),
                config.experiments().stream().map(ConfigCheck::experiment).toList());
        return text.toString();
    }

    private static List<String> backend(BackendSpec backend) {
        return switch (backend) {
            case BackendSpec.Http http ->
                List.of(http.id(), Form.name(http.protocol()), http.baseUrl().toString());
            case BackendSpec.Moe moe ->
                List.of(moe.id(), "moe", moe.directory().isEmpty() ? "shipped models" : moe.directory());
            case BackendSpec.LlamaCpp cpp -> List.of(cpp.id(), "llamacpp", cpp.directory());
            case BackendSpec.Embedding embedding -> List.of(embedding.id(), "embedding", "shipped model");
        };
    }

    private static List<String> model(ModelSpec model) {
        List<String> row = new ArrayList<>(List.of(model.id().value(), model.backend()));
        row.addAll(
                switch (model.price()) {
                    case Price.PerToken price -> List.of(usd(price.inputPicoUsd()), usd(price.outputPicoUsd()));
                    case Price.Unknown _ -> List.of("unknown", "unknown");
                });
        row.add(Integer.toString(model.contextTokens()));
        row.add(Integer.toString(model.maxOutputTokens()));
        row.add(String.format(Locale.ROOT, "%.2f", model.card().quality()));
        row.add(scores(model));
        row.add(model.capabilities().stream()
                .sorted()
                .map((Capability capability) -> Form.name(capability))
                .collect(Collectors.joining(" ")));
        return row;
    }

    /** How many scores the catalogue has for it, and whose they are if not its own. */
    private static String scores(ModelSpec model) {
        KnownScores known = KnownScores.shipped();
        return known.find(model.upstreamModel())
                .or(() -> known.find(model.id().value()))
                .filter(found -> model.card()
                        .qualityByTask()
                        .keySet()
                        .containsAll(found.byBenchmark().keySet()))
                .map(found -> found.byBenchmark().size() + (found.own() ? "" : " of " + found.model()))
                .orElse("-");
    }

    private static String usd(long picoPerToken) {
        return BigDecimal.valueOf(picoPerToken, 6).stripTrailingZeros().toPlainString();
    }

    private static List<String> policy(PolicySpec policy, ParleyConfig config) {
        String kind = switch (policy) {
            case PolicySpec.Weighted _ -> "weighted";
            case PolicySpec.CheapestSufficient _ -> "cheapest_sufficient";
            case PolicySpec.Threshold _ -> "threshold";
        };
        return List.of(
                policy.id(),
                kind,
                config.routing().routerOf(policy.id()),
                policy.id().equals(config.routing().defaultPolicy()) ? "default" : "");
    }

    private static List<String> key(KeySpec key) {
        return List.of(
                key.id(),
                key.allowedModels().isEmpty() ? "all" : String.join(" ", key.allowedModels()),
                key.policy().isEmpty() ? "default" : key.policy());
    }

    private static List<String> experiment(ExperimentSpec experiment) {
        String variants = experiment.variants().stream()
                .map(variant -> variant.id() + "=" + variant.policy())
                .collect(Collectors.joining(" "));
        return List.of(experiment.id(), Form.name(experiment.unit()), variants);
    }

    private static void table(StringBuilder text, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append('\n');
        line(text, head, rows, head);
        rows.forEach(row -> line(text, row, rows, head));
    }

    private static void line(StringBuilder text, List<String> row, List<List<String>> rows, List<String> head) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            int at = column;
            int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
            String cell = row.get(column);
            line.append(cell).repeat(' ', Math.max(width, head.get(column).length()) - cell.length() + 2);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
