package dev.parley.gateway;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.calibrate.Grader;
import dev.parley.graphrouter.learn.Calibration;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Probes models with questions whose answers are known, through the running gateway as a client would, and grades what they say. This is
 * how a new model is onboarded: 30 to 100 questions place it (algorithms.md A11).
 */
final class Calibrator {
    private static final int LANES = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int MAX_TOKENS = 64;
    /** A model that thinks before it answers needs room for it. */
    private static final int MAX_REASONING_TOKENS = 4096;
    /** A model that refuses more of the questions than one in so many is not placed by the rest. */
    private static final int REFUSED = 10;

    private static final Set<Integer> OF_THE_QUESTION = Set.of(400, 413, 422);

    private static final int TOO_MANY = 429;
    private static final int ATTEMPTS = 5; // where a backend asks for patience
    private static final long LONGEST_WAIT_SECONDS = 60;

    private final String url;
    private final PrintWriter progress;
    private final Pause pause;
    private final HttpClient client = HttpClient.newHttpClient();

    /** Waits. */
    interface Pause {
        void lasting(Duration time) throws InterruptedException;
    }

    /** @param url of the gateway's client side */
    Calibrator(String url, PrintWriter progress, Pause pause) {
        this.url = url;
        this.progress = progress;
        this.pause = pause;
    }

    /** A probe; {@code task} is the name that model cards use in {@code quality_by_task}. */
    record Question(String task, String prompt, String answer) {}

    /** A model that could not be asked; the message says why. */
    static final class ProbeException extends Exception {
        private static final long serialVersionUID = 1L;

        private ProbeException(String message) {
            super(message);
        }
    }

    /**
     * Reads JSON lines {@code {"prompt","answer","task"}}; of equal ones the first. Throws IllegalArgumentException that names the file and
     * the first line at fault.
     */
    static List<Question> questions(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8 text; a line is " + FORM, e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the questions in " + file + " (" + e + ")", e);
        }
        Set<Question> questions = new LinkedHashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                questions.add(question(lines.get(i), file + ":" + (i + 1)));
            }
        }
        if (questions.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no question; a line is " + FORM);
        }
        return List.copyOf(questions);
    }

    private static final String FORM = "{\"prompt\": \"...\", \"answer\": \"...\", \"task\": \"...\"}";

    private static Question question(String line, String place) {
        JsonView row;
        try {
            row = JsonView.of(new RawJson(line), "");
        } catch (ChatFailure e) {
            throw new IllegalArgumentException(place + " is not JSON; a line is " + FORM, e);
        }
        return new Question(text(row, "task", place), text(row, "prompt", place), text(row, "answer", place));
    }

    /** Numbers, which answers often are, need no quotes. */
    private static String text(JsonView row, String name, String place) {
        return Optional.of(row)
                .filter(JsonView::isObject)
                .flatMap(object -> object.get(name))
                .filter(value -> value.isString() || value.isNumber())
                .map(value -> value.isString() ? value.string() : value.raw().text())
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(
                        place + " " + name + ": a text is needed there; a line is " + FORM));
    }

    /**
     * Asks every model every question that the log has no answer to yet.
     *
     * @param log keeps each answer as it comes
     */
    List<Calibration.Row> probe(List<ModelSpec> models, List<Question> questions, ProbeLog log)
            throws InterruptedException, IOException, ProbeException {
        List<Calibration.Row> rows = new ArrayList<>();
        for (ModelSpec model : models) {
            String refusal = ask(model, questions, log);
            double right = 0;
            int answered = 0;
            for (Question question : questions) {
                Optional<ProbeLog.Answer> answer = log.get(model.id(), question.prompt());
                if (answer.isPresent()) {
                    rows.add(row(question, answer.get()));
                    right += rows.getLast().score();
                    answered++;
                }
            }
            progress.printf("%-32s %5.1f %% of %d right%n", model.id(), 100 * right / answered, answered);
            if (answered < questions.size()) {
                progress.printf("  %d questions passed over: %s%n", questions.size() - answered, refusal);
            }
            progress.flush();
        }
        return rows;
    }

    private static Calibration.Row row(Question question, ProbeLog.Answer answer) {
        return new Calibration.Row(
                question.prompt(),
                question.task(),
                answer.model(),
                Grader.grade(answer.said(), question.answer()),
                answer.outputTokens(),
                answer.took(),
                answer.doubt());
    }

    /** The last reason for which a question was refused; empty if none was. */
    private String ask(ModelSpec model, List<Question> questions, ProbeLog log)
            throws InterruptedException, IOException, ProbeException {
        List<Question> open = questions.stream()
                .filter(question -> log.get(model.id(), question.prompt()).isEmpty())
                .toList();
        Tally tally = new Tally(questions.size());
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            var answers = new ExecutorCompletionService<Answered>(lanes);
            open.forEach(question -> answers.submit(() -> over.get() ? new Unasked() : ask(model, question)));
            for (int i = 1; i <= open.size(); i++) {
                // What is on its way when a call fails is waited for and kept.
                switch (answers.take().get()) {
                    case Said said -> log.add(said.answer);
                    case Refused no -> over.compareAndSet(false, tally.refused(no.why));
                    case Failed no -> over.compareAndSet(false, tally.failed(no.why));
                    case Unasked no -> {}
                }
                tell(model, i, open.size());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call is an answer, whatever comes of it", e);
        }
        if (over.get()) {
            throw new ProbeException(model.id() + tally.fault);
        }
        return tally.refusal;
    }

    /** Of one model. Not thread-safe. */
    private static final class Tally {
        private final int questions;
        private String refusal = "";
        private int refusals;
        private String fault = "";

        Tally(int questions) {
            this.questions = questions;
        }

        /** Whether that is one too many. */
        boolean refused(String why) {
            refusal = why;
            refusals++;
            if (refusals * REFUSED > questions && fault.isEmpty()) {
                fault = " refuses the questions: " + why;
            }
            return !fault.isEmpty();
        }

        boolean failed(String why) {
            fault = fault.isEmpty() ? " could not be asked: " + why : fault;
            return true;
        }
    }

    /** Ten times a model. */
    private void tell(ModelSpec model, int asked, int of) {
        if (asked < of && asked * 10 / of > (asked - 1) * 10 / of) {
            progress.printf("%-32s %d of %d asked%n", model.id(), asked, of);
            progress.flush();
        }
    }

    private sealed interface Answered {}

    private record Said(ProbeLog.Answer answer) implements Answered {}

    private record Refused(String why) implements Answered {}

    private record Failed(String why) implements Answered {}

    private record Unasked() implements Answered {}

    private Answered ask(ModelSpec spec, Question question) throws InterruptedException {
        try {
            return answer(spec, question);
        } catch (IOException | ChatFailure e) {
            return new Failed(e.toString());
        }
    }

    private Answered answer(ModelSpec spec, Question question) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(spec, question)))
                .build();
        long begun = System.nanoTime();
        HttpResponse<String> response = send(request);
        for (int attempt = 1; attempt < ATTEMPTS && response.statusCode() == TOO_MANY; attempt++) {
            pause.lasting(Duration.ofSeconds(Math.min(
                    LONGEST_WAIT_SECONDS,
                    response.headers().firstValueAsLong("retry-after").orElse(LONGEST_WAIT_SECONDS))));
            begun = System.nanoTime();
            response = send(request);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (OF_THE_QUESTION.contains(response.statusCode())) {
            return new Refused(response.statusCode() + " " + reason(response.body()));
        }
        if (response.statusCode() != 200) {
            return new Failed(response.statusCode() + " " + reason(response.body()));
        }
        JsonView answer = JsonView.of(new RawJson(response.body()), "answer");
        JsonView choice = answer.need("choices").items().getFirst();
        return new Said(new ProbeLog.Answer(
                spec.id(),
                question.prompt(),
                choice.need("message").string("content", ""),
                answer.need("usage").need("completion_tokens").integer(),
                took,
                spec.can(Capability.LOGPROBS) ? doubt(choice) : Double.NaN));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Models that reason refuse a temperature, and bound their thoughts and answer together. */
    private static byte[] body(ModelSpec spec, Question question) {
        JsonOut body = new JsonOut();
        body.object().member("model", spec.id().value());
        if (spec.can(Capability.REASONING)) {
            body.member("max_completion_tokens", Math.min(MAX_REASONING_TOKENS, spec.maxOutputTokens()));
        } else {
            body.name("temperature").integer(0).member("max_tokens", MAX_TOKENS);
        }
        if (spec.can(Capability.LOGPROBS)) {
            body.member("logprobs", true);
        }
        body.array("messages")
                .object()
                .member("role", "user")
                .member("content", question.prompt())
                .endObject()
                .endArray();
        return body.endObject().bytes();
    }

    private static String reason(String body) {
        try {
            return JsonView.of(new RawJson(body), "answer").need("error").string("message", body);
        } catch (ChatFailure e) {
            return body;
        }
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
