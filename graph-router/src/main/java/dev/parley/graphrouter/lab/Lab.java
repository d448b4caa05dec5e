package dev.parley.graphrouter.lab;

import dev.parley.config.RouterSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.graphrouter.lab.baselines.BuiltGraph;
import dev.parley.graphrouter.lab.baselines.ChatEndpoint;
import dev.parley.graphrouter.lab.baselines.Clusters;
import dev.parley.graphrouter.lab.baselines.Consulted;
import dev.parley.graphrouter.lab.baselines.Contender;
import dev.parley.graphrouter.lab.baselines.FromCards;
import dev.parley.graphrouter.lab.baselines.MatrixFactors;
import dev.parley.graphrouter.lab.baselines.Nearest;
import dev.parley.graphrouter.lab.baselines.Network;
import dev.parley.graphrouter.lab.baselines.OnGraph;
import dev.parley.graphrouter.lab.baselines.ParleyGraph;
import dev.parley.graphrouter.lab.baselines.PublishedGraphRouter;
import dev.parley.graphrouter.lab.baselines.Ridge;
import dev.parley.graphrouter.lab.baselines.TaskTable;
import dev.parley.graphrouter.lab.baselines.TextTask;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.onnx.MiniLmEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compares routers on tables of outcomes and tells which beat none. Main class; see docs/lab.md. Options, each with a value: {@code
 * --data} a table or a folder of tables, {@code --out} the HTML report, {@code --cache} a folder for embeddings, {@code --seeds} (5),
 * {@code --every} n-th query to keep (1), {@code --anchors} of the graph (512), {@code --only} routers, a pattern of names, {@code --newcomers}
 * 1 to leave each model out in turn (0: no), {@code --adviser} and {@code --adviser-model} the URL (with {@code /v1}) and name of a
 * language model to ask as the router {@code llm} does, its key in the environment as {@code LAB_ADVISER_KEY}.
 */
public final class Lab {
    private static final int MAX_TOKENS = 128; // as the gateway's routing.max_tokens

    private final Map<String, String> options;
    private final Consumer<String> progress;

    private Lab(Map<String, String> options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (!options.containsKey("--data") || args.length % 2 != 0) {
            System.err.println(
                    "usage: Lab --data TABLE_OR_FOLDER [--out report.html] [--cache FOLDER] [--seeds 5] [--every 1]"
                            + " [--anchors 512] [--only NAME] [--newcomers 0] [--adviser URL --adviser-model NAME]");
            System.exit(2);
        }
        try {
            new Lab(options, System.err::println).run();
        } catch (IllegalArgumentException e) {
            System.err.println("lab: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException {
        try (QueryEncoder words = encoder()) {
            // Past its deadline a query is read by its words alone, which takes no time to speak of.
            run(new FromCards(text ->
                    words.encode(Query.of(text), Instant.EPOCH).join().profile().orElseThrow()));
        }
    }

    private void run(Contender cards) throws IOException {
        Optional<ChatEndpoint> adviser = adviser();
        List<Trial> trials = new ArrayList<>();
        List<OutcomeTable> nothing = new ArrayList<>();
        for (Path file : TableReader.tables(Path.of(option("--data", ".")))) {
            OutcomeTable table =
                    TableReader.read(file).every(number("--every", 1)).comparable();
            if (!Split.judgeable(table)) {
                System.out.println(TextReport.nothing(table));
                nothing.add(table);
                continue;
            }
            float[][] embeddings = embedded(table.name(), table.queries());
            Trial trial = trial(table, embeddings, number("--seeds", 5), contenders(cards, table, adviser), progress);
            if (number("--newcomers", 0) > 0) {
                trial = trial.with(
                        new Inductive(table, embeddings, number("--seeds", 5), number("--anchors", 512), progress)
                                .rows());
            }
            trials.add(trial);
            System.out.println(TextReport.of(trial));
        }
        Path out = Path.of(option("--out", "target/lab/report.html")).toAbsolutePath();
        Files.createDirectories(out.getParent());
        Files.writeString(out, HtmlReport.of(trials, nothing));
        System.out.println("report: " + out);
    }

    /** One table, from training to figures. */
    static Trial trial(
            OutcomeTable table,
            float[][] embeddings,
            int seeds,
            List<Contender> contenders,
            Consumer<String> progress) {
        Arena arena = new Arena(table, embeddings, seeds, progress);
        List<Arena.Entry> entries = arena.fought(contenders);
        progress.accept(table.name() + ": bootstrap");
        return Trial.of(arena, entries);
    }

    private float[][] embedded(String name, List<String> texts) throws IOException {
        return EmbeddingCache.of(name, texts, Path.of(option("--cache", "target/lab")), Lab::encoder, progress);
    }

    /** Embeddings of the names of a table's tasks and models, which have no other description. */
    private Map<String, float[]> described(OutcomeTable table) throws IOException {
        List<String> names = Stream.concat(table.tasks().stream(), table.models().stream())
                .distinct()
                .toList();
        float[][] vectors = embedded(table.name() + "-names", names);
        Map<String, float[]> described = new HashMap<>();
        for (int i = 0; i < vectors.length; i++) {
            described.put(names.get(i), vectors[i]);
        }
        return described;
    }

    /** All, the product's own first. */
    private List<Contender> contenders(Contender cards, OutcomeTable table, Optional<ChatEndpoint> adviser)
            throws IOException {
        String only = option("--only", ".*");
        int anchors = number("--anchors", 512);
        Stream<Contender> llm =
                adviser.stream().map(asked -> new Consulted(asked, new BuiltGraph(anchors, Arena.ENCODER), progress));
        return Stream.concat(
                        Stream.concat(contenders(anchors, described(table), table.timed()).stream(), Stream.of(cards)),
                        llm)
                .filter(contender -> contender.name().matches(only))
                .toList();
    }

    /**
     * @param described names of tasks and models, embedded
     * @param timed whether the answers' times are known
     */
    static List<Contender> contenders(int anchors, Map<String, float[]> described, boolean timed) {
        BuiltGraph graph = new BuiltGraph(anchors, Arena.ENCODER);
        Stream<Contender> fastest =
                Stream.of(OnGraph.of(new RouterSpec.Fastest("fastest"), "the least predicted latency", false, graph));
        return Stream.concat(untimed(graph, described).stream(), timed ? fastest : Stream.of())
                .toList();
    }

    private static List<Contender> untimed(BuiltGraph graph, Map<String, float[]> described) {
        return List.of(
                new ParleyGraph(graph, true),
                new ParleyGraph(graph, false),
                new TextTask(),
                new Nearest(),
                new Clusters(),
                Network.logistic(),
                new MatrixFactors(),
                new TaskTable(),
                new Ridge(),
                Network.perceptron(),
                new PublishedGraphRouter(described),
                OnGraph.of(new RouterSpec.Nearest("knn", 100), "kNN over the graph's anchors", true, graph),
                OnGraph.of(new RouterSpec.Clusters("kmeans"), "the graph's anchors as clusters", true, graph),
                OnGraph.of(
                        new RouterSpec.Categories("categories", 1e12, Map.of(), 0.5),
                        "Composition of Experts (Jain et al. 2024), no budget",
                        true,
                        graph),
                OnGraph.of(
                        new RouterSpec.Prototype("prototype", Map.of()),
                        "RouterRetriever (Lee et al. 2025) over the graph's anchors",
                        false,
                        graph),
                OnGraph.of(new RouterSpec.Factors("mf"), "RouteLLM's MF over the graph's anchors", false, graph),
                OnGraph.of(new RouterSpec.Cheapest("cheapest"), "the least predicted cost", false, graph),
                OnGraph.rules(graph),
                OnGraph.shares(graph));
    }

    private Optional<ChatEndpoint> adviser() {
        String url = option("--adviser", "");
        String model = option("--adviser-model", "");
        if (url.isEmpty() != model.isEmpty()) {
            throw new IllegalArgumentException("--adviser and --adviser-model go together: give both or none");
        }
        String key = Optional.ofNullable(System.getenv("LAB_ADVISER_KEY")).orElse("");
        return url.isEmpty() ? Optional.empty() : Optional.of(ChatEndpoint.checked(url, model, key));
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(option(name, String.valueOf(otherwise)));
    }

    private static QueryEncoder encoder() {
        return MiniLmEncoder.open(
                new RoutingSpec("", RoutingSpec.Device.AUTO, 1, MAX_TOKENS, Duration.ofSeconds(1), ""));
    }
}
