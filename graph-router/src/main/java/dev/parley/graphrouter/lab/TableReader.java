package dev.parley.graphrouter.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Finds tables of outcomes and reads them, whatever their form. */
final class TableReader {
    private static final List<String> FORMS = List.of(".jsonl", ".jsonl.gz", ".csv", ".csv.gz");

    private TableReader() {}

    /** The file itself, or all tables of a folder by name. Throws IllegalArgumentException if there is none. */
    static List<Path> tables(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return List.of(place);
        }
        if (!Files.isDirectory(place)) {
            throw new IllegalArgumentException(place + " is neither a file nor a folder");
        }
        try (Stream<Path> files = Files.list(place)) {
            List<Path> found = files.filter(file -> FORMS.stream().anyMatch(lower(file)::endsWith))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "no table of outcomes in " + place + ": files named *" + String.join(", *", FORMS));
            }
            return found;
        }
    }

    static OutcomeTable read(Path file) throws IOException {
        return lower(file).contains(".csv") ? CsvReader.read(file) : JsonLinesReader.read(file);
    }

    /** Without folder and endings. */
    static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.indexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String lower(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }

    /** Text of a file that may be compressed. */
    static BufferedReader open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return new BufferedReader(new InputStreamReader(
                lower(file).endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
    }

    static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = open(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank()) {
                    lines.add(line);
                }
            }
        }
        return lines;
    }
}
