package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.routermodels.Language;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.RequestShape;
import dev.parley.routermodels.SkillSpace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestHeadTest {
    private static LexicalHeads lexical;
    private static RequestHead head;

    @BeforeAll
    static void open() {
        lexical = LexicalHeads.open();
        head = RequestHead.open(space());
    }

    private static SkillSpace space() {
        return lexical.read("x").space();
    }

    /** Shape, what was said of the text, what is told of the request: by ONNX Runtime for Python. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(RequestShape shape, QueryProfile said, double[] told) {}

    private static List<Row> golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(RequestHeadTest.class.getResourceAsStream("/heads/requests.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(RequestHeadTest::row)
                    .toList();
        }
    }

    private static Row row(String line) {
        double[][] columns = Arrays.stream(line.split("\t"))
                .map(column -> Arrays.stream(column.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
        double[] s = columns[0];
        int domains = space().domains().size();
        return new Row(
                new RequestShape((int) s[0], (int) s[1], (int) s[2], (int) s[3]),
                new QueryProfile(
                        space(),
                        floats(columns[1], 0, domains),
                        new float[domains],
                        columns[1][domains],
                        Math.exp(columns[1][domains + 1]),
                        floats(columns[1], domains + 2, columns[1].length),
                        new Language("en", 1)),
                columns[2]);
    }

    private static float[] floats(double[] values, int from, int to) {
        float[] floats = new float[to - from];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[from + i];
        }
        return floats;
    }

    @Test
    void theKernelEqualsOnnxRuntime() throws IOException {
        List<Row> rows = golden();
        assertThat(rows).hasSizeGreaterThan(10);
        for (Row row : rows) {
            QueryProfile told = head.corrected(row.said, row.shape);
            assertThat(told.difficulty()).as("%s", row.shape).isCloseTo(row.told[0], within(1e-4));
            assertThat(Math.log(told.outputTokens())).as("%s", row.shape).isCloseTo(row.told[1], within(1e-4));
            for (int f = 0; f < told.flags().length; f++) {
                assertThat((double) told.flags()[f]).as("%s", row.shape).isCloseTo(row.told[2 + f], within(1e-4));
            }
        }
    }

    private static QueryProfile of(String text, RequestShape shape) {
        return head.corrected(lexical.read(text), shape);
    }

    @Test
    void aFirstQuestionAloneIsToldAsBefore() {
        QueryProfile alone = lexical.read("Write a story about the sea.");
        assertThat(head.corrected(alone, RequestShape.BARE)).isSameAs(alone);
    }

    @Test
    void anAnswerThatFitsASchemaIsAsLongAsThat() {
        String text = "Give me all there is to know about the customer who wrote this letter.";
        double few = of(text, new RequestShape(1, 0, 0, 150)).outputTokens();
        double many = of(text, new RequestShape(1, 0, 0, 3000)).outputTokens();
        assertThat(few).isBetween(3.0, 40.0);
        assertThat(many).isBetween(60.0, 400.0).isGreaterThan(3 * few);
    }

    @Test
    void whatIsAttachedIsSpokenOf() {
        String text = "What is the total?";
        assertThat(lexical.read(text).flag("document").orElseThrow()).isLessThan(0.5);
        assertThat(of(text, new RequestShape(1, 0, 1, 0)).flag("document").orElseThrow())
                .isGreaterThan(0.9);
    }

    @Test
    void whatToolsWouldDoIsACallWhereThereAreSome() {
        String action = "Send an email to Anna: I will be late";
        assertThat(of(action, new RequestShape(1, 6, 0, 0)).outputTokens())
                .isLessThan(0.75 * lexical.read(action).outputTokens());
        String story = "Write a story about the sea.";
        assertThat(of(story, new RequestShape(1, 6, 0, 0)).outputTokens())
                .isCloseTo(lexical.read(story).outputTokens(), within(40.0));
    }
}
