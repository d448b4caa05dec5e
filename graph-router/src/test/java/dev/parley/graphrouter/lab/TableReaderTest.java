package dev.parley.graphrouter.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {
    @TempDir
    Path directory;

    @Test
    void arraysWithMissingAnswersAndAssumedCosts() throws IOException {
        Files.writeString(directory.resolve("t.meta.json"), """
                {"models": [{"name": "a", "price": [1, 2]}, {"name": "o1-x", "price": [1, 1]}, {"name": "b", "price": [3, 3]},
                            {"name": "c", "price": [3, 3]}]}
                """);
        String rows = """
                {"task": "x", "query": "one", "in": [100, 100, 100, 0], "score": [1, 1, 0.5, 1]}
                {"task": "x", "query": "two", "in": [200, 100, 100, 0], "out": [7, 7, 7, 7], "score": [0, 1, null, 1], "seconds": [0.5, 1, null, 2]}
                """;
        Path file = directory.resolve("t.jsonl.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(rows.getBytes(StandardCharsets.UTF_8));
        }
        OutcomeTable table = TableReader.read(file);
        assertThat(table.models()).containsExactly("a", "b", "c");
        assertThat(table.cost()[0][0]).isCloseTo((100 + 200 * 2) / 1e6, within(1e-12));
        assertThat(table.cost()[1][0]).isCloseTo((200 + 7 * 2) / 1e6, within(1e-12));
        assertThat(table.known(1, 1)).isFalse();
        assertThat(table.seconds()[1][2]).isEqualTo(2);
        assertThat(table.timed()).as("only one row has times").isFalse();
        assertThat(table.complete()).isFalse();
        assertThat(table.comparable().models()).containsExactly("a", "c");
        assertThat(table.every(2).queries()).containsExactly("one");
        assertThat(TableReader.tables(directory)).containsExactly(file);
    }

    @Test
    void oneAnswerALine() throws IOException {
        Path file = directory.resolve("mine.jsonl");
        Files.writeString(file, """
                {"query": "one", "task": "x", "model": "a", "score": 1, "cost": 0.5, "seconds": 1}
                {"query": "one", "task": "x", "model": "b", "score": 0, "cost": 0.1, "seconds": 5}
                {"query": "one", "task": "x", "model": "a", "score": 0, "cost": 0.5, "seconds": 2}
                {"query": "two", "task": "y", "model": "b", "score": 1, "cost": 0.1, "seconds": 6}
                """);
        OutcomeTable table = TableReader.read(file);
        assertThat(table.name()).isEqualTo("mine");
        assertThat(table.score()[0]).as("two answers of one model are averaged").containsExactly(0.5, 0);
        assertThat(table.seconds()[0]).containsExactly(1.5, 5);
        assertThat(table.timed()).isTrue();
        assertThat(table.known(1, 0)).isFalse();
        assertThat(table.comparable().models())
                .as("too few are complete: all stay")
                .hasSize(2);
    }

    @Test
    void theFormOfRouterBench() throws IOException {
        Path file = directory.resolve("rb.csv");
        Files.writeString(file, """
                sample_id,prompt,eval_name,a,b,a|model_response,a|total_cost,b|total_cost
                1,"['Say ""hi"", then
                stop.']",mmlu,1.0,0,"x, y",0.001,0.002
                2,plain,gsm,,True,,,0.002
                """);
        OutcomeTable table = TableReader.read(file);
        assertThat(table.models()).containsExactly("a", "b");
        assertThat(table.queries()).containsExactly("Say \"hi\", then\nstop.", "plain");
        assertThat(table.tasks()).containsExactly("mmlu", "gsm");
        assertThat(table.score()[1][1]).isEqualTo(1);
        assertThat(table.known(1, 0)).isFalse();
        assertThat(table.cost()[0][1]).isEqualTo(0.002);
        Files.writeString(file, "question,a\n1,2\n");
        assertThatThrownBy(() -> TableReader.read(file)).hasMessageContaining("|total_cost");
    }

    @Test
    void documentsOfTheOutcomeLog() throws IOException {
        Path file = directory.resolve("log.jsonl");
        Files.writeString(file, """
                {"id": "1", "decision": {"policy": "p", "selected": "a"}, "calls": [{"model": "b"}], "cost_nano_usd": 5000, "timings": {"total_us": 250000}, "content": {"prompt": "q"}, "feedback": [{"metric": "m", "value": 1}, {"value": 0.5}]}
                {"id": "2", "decision": {"policy": "p", "selected": "a"}, "calls": [], "cost_nano_usd": null, "content": {"prompt": "q"}, "feedback": [{"value": 0}]}
                {"id": "3", "decision": {"policy": "p", "selected": "a"}, "calls": [], "content": {"prompt": "silent"}, "feedback": []}
                """);
        OutcomeTable table = TableReader.read(file);
        assertThat(table.queries()).containsExactly("q");
        assertThat(table.models()).containsExactly("b", "a");
        assertThat(table.score()[0]).containsExactly(0.75, 0);
        assertThat(table.cost()[0][0]).isCloseTo(5e-6, within(1e-15));
        assertThat(table.seconds()[0]).containsExactly(0.25, Double.NaN);
        Files.writeString(file, "{\"decision\": {}, \"feedback\": []}\n");
        assertThatThrownBy(() -> TableReader.read(file)).hasMessageContaining("record.prompts");
    }
}
