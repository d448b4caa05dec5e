package dev.parley.graphrouter.learn;

import dev.parley.config.ModelId;
import dev.parley.graphrouter.GraphFile;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.graph.TypedGraph;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * From outcomes to a graph file. Deterministic: the same rows in the same order give the same bytes. Keeps embeddings of clusters
 * of queries and hashed counts of their n-grams, never texts.
 */
public final class Calibration {
    private static final long PATIENCE_MINUTES = 30;
    private static final int IN_FLIGHT = 16;

    private final QueryEncoder encoder;
    private final int maxAnchors;
    private final long seed;

    private Calibration(QueryEncoder encoder, int maxAnchors, long seed) {
        this.encoder = encoder;
        this.maxAnchors = maxAnchors;
        this.seed = seed;
    }

    /**
     * One answer of one model to one query.
     *
     * @param text the query
     * @param task its task, by the name that model cards use in {@code quality_by_task}
     * @param model who answered
     * @param score 0..1, e.g. of {@link dev.parley.graphrouter.calibrate.Grader}
     * @param outputTokens generated
     * @param latency until the whole answer
     * @param doubt 1 less the smallest probability of its tokens, 0..1; NaN if the model does not tell
     */
    public record Row(
            String text, String task, ModelId model, double score, long outputTokens, Duration latency, double doubt) {
        public Row {
            if (text.isBlank() || task.isBlank()) {
                throw new IllegalArgumentException("an outcome needs a query and a task");
            }
            if (!(score >= 0 && score <= 1) || outputTokens < 0 || latency.isNegative()) {
                throw new IllegalArgumentException("an outcome's score is 0..1, its tokens and latency >= 0, but are "
                        + score + ", " + outputTokens + ", " + latency);
            }
            if (doubt < 0 || doubt > 1) {
                throw new IllegalArgumentException("an answer's doubt is 0..1, not " + doubt);
            }
        }
    }

    /** With that encoder, which must be the one the gateway routes with; at most 512 anchors. */
    public static Calibration with(QueryEncoder encoder) {
        return new Calibration(encoder, 512, 1);
    }

    /** @param maxAnchors 1..{@link RoutingGraph#MAX_ANCHORS} */
    public Calibration maxAnchors(int maxAnchors) {
        if (maxAnchors < 1 || maxAnchors > RoutingGraph.MAX_ANCHORS) {
            throw new IllegalArgumentException("anchors: 1.." + RoutingGraph.MAX_ANCHORS + ", not " + maxAnchors);
        }
        return new Calibration(encoder, maxAnchors, seed);
    }

    /** The file's bytes, for {@code GraphPlanner.open}. Blocks while the encoder works: not for an event loop. */
    public byte[] file(List<Row> rows) {
        RoutingGraph graph = graph(rows);
        TypedGraph.of(graph).validate();
        return GraphFile.write(graph);
    }

    /**
     * The file of a graph that more models have joined, each from 30 to 100 probes; it must have been made with this encoder.
     *
     * @param rows outcomes of models that the graph lacks; others are passed over
     */
    public byte[] joined(RoutingGraph graph, List<Row> rows) {
        Samples samples = samples(rows);
        if (!samples.encoder.equals(graph.encoder())) {
            throw new IllegalArgumentException("the graph was made with the encoder " + graph.encoder()
                    + ", the gateway has " + samples.encoder + "; calibrate anew with all models");
        }
        return GraphFile.write(Onboarding.joined(graph, samples.samples));
    }

    private record Samples(String encoder, List<Sample> samples) {}

    /** The same, in memory. Throws IllegalArgumentException for no rows, IllegalStateException if the encoder fails. */
    public RoutingGraph graph(List<Row> rows) {
        Samples samples = samples(rows);
        return new GraphBuilder(samples.samples, samples.encoder).build(maxAnchors, new SplittableRandom(seed));
    }

    private Samples samples(List<Row> rows) {
        Map<String, List<Row>> byQuery = new LinkedHashMap<>();
        for (Row row : rows) {
            byQuery.computeIfAbsent(row.task() + '\n' + row.text(), key -> new ArrayList<>())
                    .add(row);
        }
        List<List<Row>> groups = List.copyOf(byQuery.values());
        List<QueryFeatures> features = features(
                groups.stream().map(group -> Query.of(group.getFirst().text())).toList());
        List<Sample> samples = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            samples.add(sample(groups.get(i), features.get(i)));
        }
        String name = features.isEmpty() ? "none" : features.getFirst().encoder();
        return new Samples(name, samples);
    }

    private static Sample sample(List<Row> group, QueryFeatures features) {
        List<Sample.Outcome> outcomes = group.stream()
                .map(row -> new Sample.Outcome(
                        row.model().value(),
                        row.score(),
                        row.outputTokens(),
                        row.latency().toNanos() / 1e9,
                        row.doubt()))
                .toList();
        Row row = group.getFirst();
        return new Sample(row.text(), features.embedding(), row.task(), outcomes);
    }

    private List<QueryFeatures> features(List<Query> queries) {
        List<QueryFeatures> features = new ArrayList<>(queries.size());
        for (int from = 0; from < queries.size(); from += IN_FLIGHT) {
            queries.subList(from, Math.min(queries.size(), from + IN_FLIGHT)).stream()
                    .map(query -> encoder.encode(query, Instant.MAX))
                    .toList()
                    .forEach(future -> features.add(
                            future.orTimeout(PATIENCE_MINUTES, TimeUnit.MINUTES).join()));
        }
        if (!features.stream().allMatch(QueryFeatures::embedded)) {
            throw new IllegalStateException(
                    "the encoder left queries without embedding: calibrate while it serves nobody else");
        }
        return features;
    }
}
