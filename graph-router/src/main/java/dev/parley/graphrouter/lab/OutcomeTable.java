package dev.parley.graphrouter.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Full-information outcomes: every model's score and cost on every query. Arrays must not be changed.
 *
 * @param score [query][model] 0..1
 * @param cost [query][model] USD
 */
@SuppressWarnings("ArrayRecordComponent")
record OutcomeTable(List<String> models, List<String> tasks, List<String> queries, double[][] score, double[][] cost) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ASSUMED_ANSWER = 200; // tokens
    private static final String HIDDEN_COST = "o1-"; // its hidden reasoning tokens are not in the costs

    int size() {
        return queries.size();
    }

    /**
     * Reads {@code name.jsonl.gz} and {@code name.meta.json}. Models with a missing score or cost anywhere are left out.
     *
     * @param every keeps each n-th query
     */
    static OutcomeTable read(Path directory, String name, int every) throws IOException {
        List<String> models = new ArrayList<>();
        List<JsonNode> prices = new ArrayList<>();
        for (JsonNode model : JSON.readTree(Files.readAllBytes(directory.resolve(name + ".meta.json")))
                .path("models")) {
            models.add(model.path("name").asText());
            prices.add(model.path("price"));
        }
        List<JsonNode> rows = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(directory.resolve(name + ".jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            int at = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (at++ % every == 0) {
                    rows.add(priced((ObjectNode) JSON.readTree(line), prices));
                }
            }
        }
        int[] kept = IntStream.range(0, models.size())
                .filter(m ->
                        !models.get(m).startsWith(HIDDEN_COST) && rows.stream().allMatch(row -> complete(row, m)))
                .toArray();
        return new OutcomeTable(
                IntStream.of(kept).mapToObj(models::get).toList(),
                rows.stream().map(row -> row.path("task").asText()).toList(),
                rows.stream().map(row -> row.path("query").asText()).toList(),
                matrix(rows, "score", kept),
                matrix(rows, "cost", kept));
    }

    /** Where costs are not recorded, the listed price (USD per million tokens) of the input and of a constant answer. */
    private static JsonNode priced(ObjectNode row, List<JsonNode> prices) {
        if (row.has("cost")) {
            return row;
        }
        ArrayNode cost = row.putArray("cost");
        for (int m = 0; m < prices.size(); m++) {
            double in = row.path("in").path(m).asDouble();
            JsonNode price = prices.get(m);
            cost.add((in * price.path(0).asDouble()
                            + ASSUMED_ANSWER * price.path(1).asDouble())
                    / 1e6);
        }
        return row;
    }

    private static boolean complete(JsonNode row, int model) {
        return row.path("score").path(model).isNumber()
                && row.path("cost").path(model).isNumber();
    }

    private static double[][] matrix(List<JsonNode> rows, String key, int[] models) {
        return rows.stream()
                .map(row -> IntStream.of(models)
                        .mapToDouble(m -> row.path(key).path(m).asDouble())
                        .toArray())
                .toArray(double[][]::new);
    }
}
