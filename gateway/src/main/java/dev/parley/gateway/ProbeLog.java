package dev.parley.gateway;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.ModelId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What models said to probes, in a file of JSON lines that grows with each answer: what was paid for is not lost when a run breaks off, and
 * whoever wonders about a grade can read the answer. Thread-safe.
 */
final class ProbeLog implements AutoCloseable {
    private final Path file;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final OutputStream out;

    private ProbeLog(Path file, List<Answer> kept) throws IOException {
        this.file = file;
        kept.forEach(answer -> answers.put(key(answer.model(), answer.prompt()), answer));
        // Appended to, never written anew: a run that ends here has lost nothing. A line that the last run left cut
        // ends now.
        this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (Files.size(file) > 0) {
            out.write('\n');
        }
    }

    /**
     * One answer.
     *
     * @param said its text
     * @param outputTokens generated
     * @param took until the whole answer
     * @param doubt 1 less the smallest probability of its tokens, 0..1; NaN if the model does not tell
     */
    record Answer(ModelId model, String prompt, String said, long outputTokens, Duration took, double doubt) {}

    /** With the answers that an earlier run left there. */
    static ProbeLog open(Path file) throws IOException {
        // A character that the end of a run cut in two is no reason to refuse the rest.
        String text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        return new ProbeLog(
                file, text.lines().flatMap(line -> read(line).stream()).toList());
    }

    private static Optional<Answer> read(String line) {
        try {
            JsonView row = JsonView.of(new RawJson(line), "answer");
            return Optional.of(new Answer(
                    new ModelId(row.need("model").string()),
                    row.need("prompt").string(),
                    row.need("said").string(),
                    row.need("output_tokens").integer(),
                    Duration.ofNanos(row.need("nanoseconds").integer()),
                    row.get("doubt").map(JsonView::number).orElse(Double.NaN)));
        } catch (ChatFailure cut) {
            return Optional.empty();
        }
    }

    Optional<Answer> get(ModelId model, String prompt) {
        return Optional.ofNullable(answers.get(key(model, prompt)));
    }

    /** The number of answers. */
    int size() {
        return answers.size();
    }

    Path file() {
        return file;
    }

    void add(Answer answer) throws IOException {
        answers.put(key(answer.model(), answer.prompt()), answer);
        write(answer);
    }

    private void write(Answer answer) throws IOException {
        JsonOut line = new JsonOut()
                .object()
                .member("model", answer.model().value())
                .member("prompt", answer.prompt())
                .member("said", answer.said())
                .member("output_tokens", answer.outputTokens())
                .member("nanoseconds", answer.took().toNanos());
        if (!Double.isNaN(answer.doubt())) {
            line.member("doubt", answer.doubt());
        }
        byte[] bytes = (line.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            out.write(bytes);
        }
    }

    private static String key(ModelId model, String prompt) {
        return model.value() + '\n' + prompt;
    }

    /** Nothing is left of it: the graph holds what counts. */
    void delete() throws IOException {
        answers.clear();
        close();
    }

    /** A file without answers is of no use to anybody. */
    @Override
    public void close() throws IOException {
        out.close();
        if (answers.isEmpty()) {
            Files.deleteIfExists(file);
        }
    }
}
