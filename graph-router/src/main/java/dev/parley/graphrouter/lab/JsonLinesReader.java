package dev.parley.graphrouter.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Outcomes as JSON lines, in one of three forms, told by the first line:
 *
 * <ul>
 *   <li>a query with arrays {@code score}, {@code cost} (or {@code in}, {@code out} tokens), perhaps {@code seconds}, over the models that {@code
 *       NAME.meta.json} beside the file lists; null is missing;
 *   <li>one answer: {@code query, task, model, score, cost}, perhaps {@code seconds};
 *   <li>a document of the gateway's outcome log, see {@link OutcomeLogReader}.
 * </ul>
 */
final class JsonLinesReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ASSUMED_ANSWER = 200; // tokens, where only the input was counted
    private static final String HIDDEN_COST = "o1-"; // its reasoning tokens are not in the costs

    private JsonLinesReader() {}

    static OutcomeTable read(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : TableReader.lines(file)) {
            rows.add(JSON.readTree(line));
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty");
        }
        String name = TableReader.name(file);
        if (rows.getFirst().has("decision")) {
            return OutcomeLogReader.documents(name, rows);
        }
        if (rows.getFirst().path("model").isTextual()) {
            return answers(name, rows);
        }
        Path meta = file.resolveSibling(name + ".meta.json");
        return arrays(name, rows, JSON.readTree(Files.readAllBytes(meta)).path("models"));
    }

    private static OutcomeTable answers(String name, List<JsonNode> rows) {
        OutcomeTable.Collector collector = new OutcomeTable.Collector(name);
        for (JsonNode row : rows) {
            collector.add(
                    row.path("query").asText(),
                    row.path("task").asText(),
                    row.path("model").asText(),
                    new OutcomeTable.Collector.Answer(
                            number(row.path("score")), number(row.path("cost")), number(row.path("seconds"))));
        }
        return collector.table();
    }

    private static OutcomeTable arrays(String name, List<JsonNode> rows, JsonNode models) {
        List<Integer> kept = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int m = 0; m < models.size(); m++) {
            String model = models.path(m).path("name").asText();
            if (!model.startsWith(HIDDEN_COST)) {
                kept.add(m);
                names.add(model);
            }
        }
        double[][] score = new double[rows.size()][kept.size()];
        double[][] cost = new double[rows.size()][kept.size()];
        double[][] seconds = new double[rows.size()][kept.size()];
        for (int q = 0; q < score.length; q++) {
            for (int k = 0; k < names.size(); k++) {
                int m = kept.get(k);
                score[q][k] = number(rows.get(q).path("score").path(m));
                cost[q][k] = cost(rows.get(q), m, models.path(m).path("price"));
                seconds[q][k] = number(rows.get(q).path("seconds").path(m));
            }
        }
        return new OutcomeTable(
                name,
                names,
                rows.stream().map(row -> row.path("task").asText()).toList(),
                rows.stream().map(row -> row.path("query").asText()).toList(),
                score,
                cost,
                seconds);
    }

    /** As recorded; else by the listed price, USD per million tokens. */
    private static double cost(JsonNode row, int model, JsonNode price) {
        if (row.path("cost").isArray()) {
            return number(row.path("cost").path(model));
        }
        JsonNode out = row.path("out").path(model);
        return (row.path("in").path(model).asDouble() * price.path(0).asDouble()
                        + (out.isNumber() ? out.asDouble() : ASSUMED_ANSWER)
                                * price.path(1).asDouble())
                / 1e6;
    }

    static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }
}
