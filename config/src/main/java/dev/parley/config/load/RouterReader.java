package dev.parley.config.load;

import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.RouterSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.Vocabulary;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads {@code routers}, and the names of routers elsewhere. A kind that needs no settings may be named without being listed. Not
 * thread-safe.
 */
final class RouterReader {
    private static final Form<Integer> TOKENS = Form.integer(0, Integer.MAX_VALUE);
    private static final Form<Double> SHARE = Form.decimal(0.000_001, 1_000_000);
    private static final Form<String> REGEX =
            new Form<>("a regular expression", "(?i)invoice \\d+", RouterReader::regex);
    private static final double UNBOUNDED = 1e12;
    private static final double CONFIDENCE = 0.5;
    private static final int OUTCOMES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Always there: they cost nothing. */
    private static final List<Kind> ALWAYS = List.of(Kind.GRAPH, Kind.CHEAPEST, Kind.FASTEST);

    private final Collection<String> models;
    private final Map<String, RouterSpec> routers = new LinkedHashMap<>();
    private final Map<String, String> byPolicy = new HashMap<>();

    RouterReader(Collection<String> models, List<Section> sections) {
        this.models = models;
        ALWAYS.forEach(kind -> routers.put(Form.name(kind), plain(kind)));
        Ids ids = new Ids("router");
        sections.forEach(section -> {
            RouterSpec router = one(section, ids);
            routers.put(router.id(), router);
        });
    }

    private enum Kind {
        GRAPH,
        CHEAPEST,
        FASTEST,
        SHARES,
        RULES,
        PROTOTYPE,
        CATEGORIES,
        KNN,
        KMEANS,
        MF,
        IRT,
        LLM;

        boolean needsSettings() {
            return this == SHARES || this == RULES || this == LLM;
        }
    }

    /** The router that a section names, if it names one. */
    Optional<String> named(Section section) {
        Set<String> known = new LinkedHashSet<>(routers.keySet());
        for (Kind kind : Kind.values()) {
            if (!kind.needsSettings()) {
                known.add(Form.name(kind));
            }
        }
        Optional<String> name = section.reference("router", "router", known).filter(known::contains);
        name.ifPresent(n -> routers.computeIfAbsent(n, RouterReader::plain));
        return name;
    }

    /** From now on the policy's predictions are the router's. */
    void use(String policy, String router) {
        byPolicy.put(policy, router);
    }

    Map<String, String> byPolicy() {
        return byPolicy;
    }

    /** All that are listed or named, and those that are always there. Only once everything that names one is read. */
    List<RouterSpec> all() {
        return List.copyOf(routers.values());
    }

    private static RouterSpec plain(String name) {
        for (Kind kind : Kind.values()) {
            if (Form.name(kind).equals(name)) {
                return plain(kind);
            }
        }
        throw new IllegalStateException("no kind of router is called " + name);
    }

    /** With its defaults. */
    private static RouterSpec plain(Kind kind) {
        return switch (kind) {
            case GRAPH -> new RouterSpec.Graph(Form.name(kind));
            case CHEAPEST -> new RouterSpec.Cheapest(Form.name(kind));
            case FASTEST -> new RouterSpec.Fastest(Form.name(kind));
            case PROTOTYPE -> new RouterSpec.Prototype(Form.name(kind), Map.of());
            case CATEGORIES -> new RouterSpec.Categories(Form.name(kind), UNBOUNDED, Map.of(), CONFIDENCE);
            case KNN -> new RouterSpec.Nearest(Form.name(kind), OUTCOMES);
            case KMEANS -> new RouterSpec.Clusters(Form.name(kind));
            case MF -> new RouterSpec.Factors(Form.name(kind));
            case IRT -> new RouterSpec.Abilities(Form.name(kind));
            case SHARES, RULES, LLM -> throw new IllegalStateException(kind + " needs settings");
        };
    }

    private RouterSpec one(Section section, Ids ids) {
        String id = ids.claim(section, Form.identifier());
        if (id.equals(RoutingSpec.GRAPH)) {
            section.reject("id", "the router 'graph' is always there and has no settings", "Give it another id");
        }
        if (!section.has("kind")) {
            section.reject(
                    "kind",
                    "is missing",
                    "Add 'kind: ' with what it is: " + Form.choice(Kind.class).what());
        }
        RouterSpec router = of(section.get("kind", Form.choice(Kind.class), Kind.GRAPH), id, section);
        section.finish();
        return router;
    }

    private RouterSpec of(Kind kind, String id, Section section) {
        return switch (kind) {
            case GRAPH -> new RouterSpec.Graph(id);
            case CHEAPEST -> new RouterSpec.Cheapest(id);
            case FASTEST -> new RouterSpec.Fastest(id);
            case SHARES -> new RouterSpec.Shares(id, shares(section));
            case RULES -> new RouterSpec.Rules(id, rules(section));
            case PROTOTYPE -> new RouterSpec.Prototype(id, examples(section));
            case CATEGORIES ->
                new RouterSpec.Categories(
                        id,
                        section.get("budget", Form.decimal(0.000_001, UNBOUNDED), UNBOUNDED),
                        byModel(section, "sizes", SHARE),
                        section.get("confidence", Form.decimal(0, 1), CONFIDENCE));
            case KNN -> new RouterSpec.Nearest(id, section.get("outcomes", Form.integer(1, 100_000), OUTCOMES));
            case KMEANS -> new RouterSpec.Clusters(id);
            case MF -> new RouterSpec.Factors(id);
            case IRT -> new RouterSpec.Abilities(id);
            case LLM -> advised(id, section);
        };
    }

    private RouterSpec advised(String id, Section section) {
        String asked = section.need("model", Form.word(), "missing");
        return new RouterSpec.Advised(
                id,
                model(section, "model", asked).orElse(new ModelId(asked)),
                section.find("out_of_scope", Form.word()).flatMap(name -> model(section, "out_of_scope", name)),
                section.get("deadline", Form.duration(Duration.ofMillis(10), Duration.ofMinutes(5)), PATIENCE));
    }

    private Map<ModelId, Double> shares(Section section) {
        if (section.isBare("shares")) {
            section.reject("shares", "are missing", "Add 'shares: {model-a: 0.7, model-b: 0.3}'");
        }
        return byModel(section, "shares", SHARE);
    }

    private <T> Map<ModelId, T> byModel(Section section, String key, Form<T> form) {
        Map<ModelId, T> values = new HashMap<>();
        section.map(key, form)
                .forEach((name, value) -> model(section, key, name).ifPresent(m -> values.put(m, value)));
        return values;
    }

    private Optional<ModelId> model(Section section, String key, String name) {
        if (name.isBlank() || !models.contains(name)) {
            section.reject(key, "there is no model " + Words.shownName(name), Words.remedy(name, models));
            return Optional.empty();
        }
        return Optional.of(new ModelId(name));
    }

    private Map<ModelId, List<String>> examples(Section section) {
        Map<ModelId, List<String>> examples = new LinkedHashMap<>();
        for (Section entry : section.sections("examples")) {
            String name = entry.need("model", Form.word(), "missing");
            List<String> queries = entry.list("queries", Form.word());
            if (queries.isEmpty()) {
                entry.reject("queries", "are missing", "List some questions that this model should get");
            }
            model(entry, "model", name).ifPresent(m -> examples.put(m, queries));
            entry.finish();
        }
        return examples;
    }

    private List<RouterSpec.Rule> rules(Section section) {
        List<Section> sections = section.sections("rules");
        if (sections.isEmpty()) {
            section.reject("rules", "are missing", "Add 'rules: [{when: {task: math}, models: [a-model]}]'");
        }
        return sections.stream().map(this::rule).toList();
    }

    private RouterSpec.Rule rule(Section section) {
        RouterSpec.When when = when(section.section("when"));
        List<ModelId> preferred = section.list("models", Form.word()).stream()
                .flatMap(name -> model(section, "models", name).stream())
                .toList();
        if (section.isBare("models")) {
            section.reject("models", "are missing", "List the models to be preferred, best first");
        }
        section.finish();
        return new RouterSpec.Rule(when, preferred);
    }

    private static RouterSpec.When when(Section when) {
        RouterSpec.When read = new RouterSpec.When(
                new HashSet<>(when.list("task", Form.word())),
                when.list("contains", Form.word()),
                when.get("regex", REGEX, ""),
                new HashSet<>(when.list("needs", Form.choice(Capability.class))),
                when.get("min_tokens", TOKENS, 0),
                when.get("max_tokens", TOKENS, Integer.MAX_VALUE),
                when.get("min_turns", Form.integer(1, 10_000), 1),
                new RouterSpec.Read(
                        known(when, "domain", Vocabulary.DOMAINS),
                        known(when, "flag", Vocabulary.FLAGS),
                        known(when, "language", Vocabulary.LANGUAGES)));
        when.finish();
        return read;
    }

    private static Set<String> known(Section when, String key, List<String> names) {
        Set<String> known = new HashSet<>(when.list(key, Form.word()));
        for (String name : List.copyOf(known)) {
            if (!names.contains(name)) {
                when.reject(key, "there is no " + key + " " + Words.shownName(name), Words.remedy(name, names));
            }
        }
        return known;
    }

    private static Optional<String> regex(String text) {
        try {
            Pattern.compile(text);
            return Optional.of(text).filter(t -> !t.isEmpty());
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }
}
