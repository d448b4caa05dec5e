package dev.parley.routermodels.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A row of heads/golden.tsv, written by {@code make train}.
 *
 * @param complexity [14] by complexity.py
 * @param said domains, difficulty, ln tokens, flags by ONNX Runtime in Python from Python's embedding; empty for a few texts
 * @param lexical the same of the lexical heads, then involved, languages
 * @param grams sum of the n-grams' hashes, modulo 2^32
 * @param signs the same of the first 80 characters, with the signs of its language
 * @param exact as {@code said}, where 8-bit products are summed without saturation, as by CPUs with VNNI
 */
@SuppressWarnings("ArrayRecordComponent")
public record Golden(
        String text, double[] complexity, double[] said, double[] lexical, int grams, int signs, double[] exact) {

    public static List<Golden> all() {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/heads/golden.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Golden::of)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Golden of(String line) {
        String[] columns = line.split("\t", -1);
        String[] sums = columns[4].split(" ");
        return new Golden(
                new String(Base64.getDecoder().decode(columns[0]), StandardCharsets.UTF_8),
                numbers(columns[1]),
                numbers(columns[2]),
                numbers(columns[3]),
                (int) Long.parseLong(sums[0]),
                (int) Long.parseLong(sums[1]),
                numbers(columns[6]));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(n -> !n.isEmpty())
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
