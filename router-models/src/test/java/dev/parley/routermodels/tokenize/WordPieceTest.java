package dev.parley.routermodels.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordPieceTest {
    private static WordPiece tokenizer;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream in = open("/all-minilm-l6-v2-q-tokenizer.json")) {
            tokenizer = WordPiece.read(in);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(WordPieceTest.class.getResourceAsStream(name), name);
    }

    /** Every line of the corpus, made by training/golden_ids.py with the reference tokenizer. */
    @Test
    void idsEqualTheReference() throws IOException {
        String golden;
        try (InputStream in = open("/tokenize/golden.tsv")) {
            golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        String[] lines = golden.split("\n");
        assertThat(lines).hasSizeGreaterThan(500);
        for (String line : lines) {
            String[] fields = line.split("\t");
            String text = new String(Base64.getDecoder().decode(fields[1]), StandardCharsets.UTF_8);
            int[] expected = Arrays.stream(fields[2].split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            assertThat(tokenizer.encode(text, Integer.parseInt(fields[0])))
                    .as("ids of <%s>", text)
                    .containsExactly(expected);
        }
    }

    @Test
    void readsNoFurtherThanItsCap() {
        String text = "route this question ".repeat(200_000);
        assertThat(tokenizer.encode(text, 64))
                .hasSize(64)
                .containsExactly(tokenizer.encode(text.substring(0, 2000), 64));
        long begin = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            tokenizer.encode(text, 64);
        }
        // 4 MB would take a whole-text tokenizer tens of milliseconds each, minutes in all
        assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
    }

    @Test
    void aLoneSurrogateIsNotFatal() {
        assertThat(tokenizer.encode("a\ud83db \udc00", 16)).startsWith(101).endsWith(102);
    }

    @Test
    void aFileWithoutVocabularyIsRefused() {
        assertThatThrownBy(() -> WordPiece.read(new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vocab");
        assertThatThrownBy(() -> WordPiece.read(
                        new ByteArrayInputStream("{\"vocab\": {\"a\": 0}}".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[PAD]");
    }
}
