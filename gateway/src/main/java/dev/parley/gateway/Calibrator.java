package dev.parley.gateway;

import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Capability;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.calibrate.Grader;
import dev.parley.graphrouter.learn.Calibration;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Probes models with questions whose answers are known, through the running gateway as a client would, and writes what came out as a
 * routing graph. This is how a new model is onboarded: 30 to 100 questions place it (algorithms.md A11).
 */
final class Calibrator {
    private static final int LANES = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int MAX_TOKENS = 64;

    private final String url;
    private final PrintWriter progress;
    private final HttpClient client = HttpClient.newHttpClient();

    /** @param url of the gateway's client side */
    Calibrator(String url, PrintWriter progress) {
        this.url = url;
        this.progress = progress;
    }

    /** A probe; {@code task} is the name that model cards use in {@code quality_by_task}. */
    record Question(String task, String prompt, String answer) {}

    /** Reads JSON lines {@code {"prompt","answer","task"}}. Faults name file and line. */
    static List<Question> questions(Path file) throws IOException {
        List<Question> questions = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                JsonView row = JsonView.of(new RawJson(lines.get(i)), file.getFileName() + ":" + (i + 1));
                questions.add(new Question(
                        row.need("task").string(),
                        row.need("prompt").string(),
                        row.need("answer").string()));
            }
        }
        return questions;
    }

    /** Asks every model every question. */
    List<Calibration.Row> probe(List<ModelSpec> models, List<Question> questions)
            throws InterruptedException, ExecutionException {
        List<Calibration.Row> rows = new ArrayList<>();
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            for (ModelSpec model : models) {
                List<Callable<Calibration.Row>> probes = questions.stream()
                        .<Callable<Calibration.Row>>map(question -> () -> ask(model, question))
                        .toList();
                double right = 0;
                for (Future<Calibration.Row> answer : lanes.invokeAll(probes)) {
                    rows.add(answer.get());
                    right += answer.get().score();
                }
                progress.printf(
                        "%-32s %5.1f %% of %d right%n", model.id(), 100 * right / questions.size(), questions.size());
                progress.flush();
            }
        }
        return rows;
    }

    private Calibration.Row ask(ModelSpec spec, Question question) throws IOException, InterruptedException {
        ModelId model = spec.id();
        JsonOut body = new JsonOut();
        body.object()
                .member("model", model.value())
                .name("temperature")
                .integer(0)
                .member("max_tokens", MAX_TOKENS);
        if (spec.can(Capability.LOGPROBS)) {
            body.member("logprobs", true);
        }
        body.array("messages")
                .object()
                .member("role", "user")
                .member("content", question.prompt())
                .endObject()
                .endArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.endObject().bytes()))
                .build();
        long begun = System.nanoTime();
        HttpResponse<String> response =
                client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (response.statusCode() != 200) {
            throw new IOException(model + " answered status " + response.statusCode() + ": " + response.body());
        }
        JsonView answer = JsonView.of(new RawJson(response.body()), "answer");
        JsonView choice = answer.need("choices").items().getFirst();
        return new Calibration.Row(
                question.prompt(),
                question.task(),
                model,
                Grader.grade(choice.need("message").string("content", ""), question.answer()),
                answer.need("usage").need("completion_tokens").integer(),
                took,
                spec.can(Capability.LOGPROBS) ? doubt(choice) : Double.NaN);
    }

    /** 1 less the smallest token probability, which is what a cascade judges by; 1 for an answer without tokens. */
    private static double doubt(JsonView choice) {
        return choice.get("logprobs").map(all -> all.items("content")).orElse(List.of()).stream()
                .mapToDouble(
                        token -> Math.clamp(-Math.expm1(token.need("logprob").number()), 0.0, 1.0))
                .max()
                .orElse(1);
    }
}
