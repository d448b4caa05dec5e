package dev.parley.graphrouter.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The gateway's own outcome log: its documents as JSON lines with feedback, as {@code graph-router/bin/outcomes} writes them. Usable
 * are outcomes that carry their prompt ({@code record.prompts}) and a feedback between 0 and 1: an answer's score is its mean
 * feedback. Answers to the same prompt make one row, so A/B tests and shadow calls are what fills the table.
 */
final class OutcomeLogReader {
    private OutcomeLogReader() {}

    /** Throws IllegalArgumentException, saying what is missing, if no document can be used. */
    static OutcomeTable documents(String name, List<JsonNode> documents) {
        OutcomeTable.Collector collector = new OutcomeTable.Collector(name);
        int used = 0;
        for (JsonNode document : documents) {
            String prompt = document.path("content").path("prompt").asText();
            double score = score(document.path("feedback"));
            if (!prompt.isBlank() && !Double.isNaN(score)) {
                collector.add(
                        prompt,
                        task(document),
                        model(document),
                        new OutcomeTable.Collector.Answer(score, usd(document), seconds(document)));
                used++;
            }
        }
        if (used == 0) {
            throw new IllegalArgumentException("none of the " + documents.size() + " outcomes of " + name
                    + " has both its prompt and a feedback of 0..1: set record.prompts and send feedback");
        }
        return collector.table();
    }

    private static double score(JsonNode feedback) {
        double sum = 0;
        int n = 0;
        for (JsonNode said : feedback) {
            double value = JsonLinesReader.number(said.path("value"));
            if (value >= 0 && value <= 1) {
                sum += value;
                n++;
            }
        }
        return n > 0 ? sum / n : Double.NaN;
    }

    private static String task(JsonNode document) {
        String policy = document.path("decision").path("policy").asText();
        return policy.isEmpty() ? "any" : policy;
    }

    /** Who answered: the last model called. */
    private static String model(JsonNode document) {
        JsonNode calls = document.path("calls");
        String last = calls.path(calls.size() - 1).path("model").asText();
        return last.isEmpty() ? document.path("decision").path("selected").asText() : last;
    }

    private static double seconds(JsonNode document) {
        return JsonLinesReader.number(document.path("timings").path("total_us")) / 1e6;
    }

    /** An unknown cost counts as none. */
    private static double usd(JsonNode document) {
        return document.path("cost_nano_usd").asDouble(0) / 1e9;
    }
}
