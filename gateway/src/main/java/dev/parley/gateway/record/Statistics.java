package dev.parley.gateway.record;

import dev.parley.chat.json.JsonOut;
import dev.parley.config.ModelSpec;
import dev.parley.config.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Aggregates over a window. The baseline is what the same tokens would have cost at the dearest configured model; the saving is its
 * difference to the spending, over requests whose cost is known.
 */
final class Statistics {
    private static final int BUCKETS = 48;

    private final Instant since;
    private final long bucketMicros;
    private final List<ModelSpec> catalogue;
    private final Group all = new Group();
    private final Map<String, Group> byModel = new TreeMap<>();
    private final Map<String, Group> byPolicy = new TreeMap<>();
    private final Map<String, Group> byKey = new TreeMap<>();
    private final Group[] series = new Group[BUCKETS];
    private final Map<String, Map<String, Mean>> feedback = new TreeMap<>();
    private long lost;

    Statistics(Instant since, Instant until, List<ModelSpec> catalogue) {
        this.since = since;
        this.catalogue = List.copyOf(catalogue);
        this.bucketMicros = Math.max(1, Duration.between(since, until).toNanos() / 1000 / BUCKETS);
        Arrays.setAll(series, i -> new Group());
    }

    void add(Fact fact) {
        all.add(fact);
        byModel.computeIfAbsent(fact.model(), m -> new Group()).add(fact);
        byPolicy.computeIfAbsent(fact.policy(), p -> new Group()).add(fact);
        byKey.computeIfAbsent(fact.key(), k -> new Group()).add(fact);
        long bucket = (fact.atMicros() - OutcomeRow.micros(since)) / bucketMicros;
        series[Math.clamp(bucket, 0, BUCKETS - 1)].add(fact);
    }

    void feedback(String model, String metric, long count, double mean) {
        feedback.computeIfAbsent(model, m -> new TreeMap<>()).put(metric, new Mean(count, mean));
    }

    void lost(long count) {
        lost = count;
    }

    String json() {
        return OutcomeJson.text(json -> {
            json.object();
            json.member("since", since.toString());
            json.member("lost", lost);
            json.member("truncated", all.requests >= OutcomeReader.STATISTICS_LIMIT);
            json.name("all");
            group(json, all);
            groups(json, "by_model", byModel);
            groups(json, "by_policy", byPolicy);
            groups(json, "by_key", byKey);
            saving(json);
            feedback(json);
            json.member("bucket_ms", bucketMicros / 1000);
            json.array("series");
            for (Group bucket : series) {
                json.object();
                json.member("requests", bucket.requests);
                json.member("errors", bucket.errors);
                json.member("cost_nano_usd", bucket.cost);
                json.endObject();
            }
            json.endArray();
            json.endObject();
        });
    }

    private void feedback(JsonOut json) {
        json.object("feedback");
        for (Map.Entry<String, Map<String, Mean>> model : feedback.entrySet()) {
            json.object(model.getKey());
            for (Map.Entry<String, Mean> metric : model.getValue().entrySet()) {
                json.object(metric.getKey());
                json.member("count", metric.getValue().count());
                OutcomeJson.number(json, "mean", metric.getValue().mean());
                json.endObject();
            }
            json.endObject();
        }
        json.endObject();
    }

    private static void groups(JsonOut json, String name, Map<String, Group> groups) {
        json.object(name);
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            json.name(entry.getKey());
            group(json, entry.getValue());
        }
        json.endObject();
    }

    private static void group(JsonOut json, Group group) {
        json.object();
        json.member("requests", group.requests);
        json.member("errors", group.errors);
        json.member("cache_hits", group.cacheHits);
        json.member("cost_nano_usd", group.cost);
        json.member("unpriced", group.unpriced);
        json.member("input_tokens", group.usage.inputTokens());
        json.member("output_tokens", group.usage.outputTokens());
        long[] totals = group.totals.sorted();
        json.member("p50_us", percentile(totals, 0.50));
        json.member("p95_us", percentile(totals, 0.95));
        json.member("first_byte_p50_us", percentile(group.firstBytes.sorted(), 0.50));
        if (group.predicted > 0) {
            OutcomeJson.number(json, "predicted_quality", group.predictedQuality / group.predicted);
        }
        json.endObject();
    }

    private void saving(JsonOut json) {
        Optional<Dear> dearest = catalogue.stream()
                .map(model -> new Dear(model.id().value(), model.price().costNanoUsd(all.pricedUsage)))
                .filter(dear -> dear.cost().isPresent())
                .max(Comparator.comparingLong(dear -> dear.cost().getAsLong()));
        json.object("saving");
        json.member("baseline", dearest.map(Dear::model).orElse(""));
        OptionalLong baseline = dearest.map(Dear::cost).orElse(OptionalLong.empty());
        OutcomeJson.money(json, "baseline_nano_usd", baseline);
        OutcomeJson.money(
                json,
                "saved_nano_usd",
                baseline.isPresent() ? OptionalLong.of(baseline.getAsLong() - all.cost) : OptionalLong.empty());
        json.endObject();
    }

    /** Nearest rank; 0 if there is none. */
    static long percentile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    private record Dear(String model, OptionalLong cost) {}

    private record Mean(long count, double mean) {}

    /** One outcome's figures; {@code predictedQuality} NaN if nothing was predicted. */
    record Fact(
            long atMicros,
            String model,
            String policy,
            boolean failed,
            OptionalLong cost,
            Usage usage,
            long firstByte,
            long total,
            String cache,
            String key,
            double predictedQuality) {}

    private static final class Group {
        private long requests;
        private long errors;
        private long cacheHits;
        private long cost;
        private long unpriced;
        private long predicted;
        private double predictedQuality;
        private Usage usage = Usage.NONE;
        private Usage pricedUsage = Usage.NONE;
        private final Longs totals = new Longs();
        private final Longs firstBytes = new Longs();

        void add(Fact fact) {
            requests++;
            errors += fact.failed() ? 1 : 0;
            cacheHits += fact.cache().equals("hit") ? 1 : 0;
            usage = usage.plus(fact.usage());
            totals.add(fact.total());
            if (fact.firstByte() > 0) {
                firstBytes.add(fact.firstByte());
            }
            if (!Double.isNaN(fact.predictedQuality())) {
                predicted++;
                predictedQuality += fact.predictedQuality();
            }
            if (fact.cost().isPresent()) {
                cost += fact.cost().getAsLong();
                pricedUsage = pricedUsage.plus(fact.usage());
            } else {
                unpriced++;
            }
        }
    }

    private static final class Longs {
        private long[] values = new long[16];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        long[] sorted() {
            long[] copy = Arrays.copyOf(values, size);
            Arrays.sort(copy);
            return copy;
        }
    }
}
