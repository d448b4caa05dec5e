package dev.parley.graphrouter.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * RouterBench's form: columns {@code prompt} and {@code eval_name}, and for each model a column of its name with the score and a twin
 * {@code NAME|total_cost} in USD; others are ignored. Quotes as in RFC 4180. Source: Hu et al. 2024.
 */
final class CsvReader {
    private static final String COST = "|total_cost";

    private CsvReader() {}

    static OutcomeTable read(Path file) throws IOException {
        List<List<String>> rows = rows(file);
        List<String> header = rows.isEmpty() ? List.of() : rows.getFirst();
        List<String> models =
                header.stream().filter(column -> header.contains(column + COST)).toList();
        int prompt = header.indexOf("prompt");
        if (prompt < 0 || models.isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": a column 'prompt' and, for each model, columns NAME and NAME" + COST + " are expected");
        }
        int task = header.indexOf("eval_name");
        List<List<String>> body = rows.subList(1, rows.size());
        return new OutcomeTable(
                TableReader.name(file),
                models,
                body.stream().map(row -> task < 0 ? "any" : row.get(task)).toList(),
                body.stream().map(row -> unlisted(row.get(prompt))).toList(),
                matrix(body, models.stream().map(header::indexOf).toList()),
                matrix(body, models.stream().map(m -> header.indexOf(m + COST)).toList()));
    }

    /** RouterBench writes prompts as a list of one Python string. */
    private static String unlisted(String prompt) {
        boolean listed = prompt.length() > 4 && prompt.matches("(?s)\\[(['\"]).*\\1]");
        return listed ? prompt.substring(2, prompt.length() - 2).replace("\\n", "\n") : prompt;
    }

    private static double[][] matrix(List<List<String>> rows, List<Integer> columns) {
        return rows.stream()
                .map(row ->
                        columns.stream().mapToDouble(c -> number(row.get(c))).toArray())
                .toArray(double[][]::new);
    }

    private static double number(String text) {
        return switch (text.strip()) {
            case "", "NaN", "nan", "None", "null" -> Double.NaN;
            case "True", "true" -> 1;
            case "False", "false" -> 0;
            default -> Double.parseDouble(text);
        };
    }

    private static List<List<String>> rows(Path file) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (BufferedReader in = TableReader.open(file)) {
            List<String> row = new ArrayList<>();
            StringBuilder cell = new StringBuilder();
            boolean quoted = false;
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == '"') {
                    in.mark(1);
                    if (quoted && in.read() == '"') {
                        cell.append('"');
                    } else {
                        in.reset();
                        quoted = !quoted;
                    }
                } else if (!quoted && (c == ',' || c == '\n')) {
                    row.add(cell.toString());
                    cell.setLength(0);
                    row = c == '\n' ? ended(row, rows) : row;
                } else if (quoted || c != '\r') {
                    cell.append((char) c);
                }
            }
            row.add(cell.toString());
            ended(row, rows);
        }
        return rows;
    }

    /** Keeps a row that is not blank; the next one. */
    private static List<String> ended(List<String> row, List<List<String>> rows) {
        if (row.size() > 1 || !row.getFirst().isBlank()) {
            if (!rows.isEmpty() && rows.getFirst().size() != row.size()) {
                throw new IllegalArgumentException("row " + (rows.size() + 1) + " has " + row.size()
                        + " cells, the header " + rows.getFirst().size());
            }
            rows.add(row);
        }
        return new ArrayList<>();
    }
}
