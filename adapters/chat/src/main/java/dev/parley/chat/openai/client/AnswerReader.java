package dev.parley.chat.openai.client;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect.AnswerDecoder;
import dev.parley.chat.TokenEstimate;
import dev.parley.chat.backend.WholeBody;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.openai.UpstreamErrors;
import dev.parley.chat.openai.Wire;
import dev.parley.chat.sse.SseReader;
import dev.parley.config.ModelCard;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads a chat completion, streamed or whole: the first byte that is no white space tells which it is, whatever was asked for. Not
 * thread-safe.
 */
final class AnswerReader implements AnswerDecoder {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final int CHARS_PER_TOKEN = ModelCard.USUAL_CHARS_PER_TOKEN;

    private enum Form {
        UNKNOWN,
        STREAM,
        DOCUMENT
    }

    private final BackendCall call;
    private final TreeMap<Integer, ChoiceReader> choices = new TreeMap<>();
    private final SseReader reader = new SseReader(this::event);
    private final WholeBody document = new WholeBody();
    private final boolean telling;
    private final TreeMap<Integer, String> routed = new TreeMap<>(); // by choice
    private final List<ChatEvent.Finished> held = new ArrayList<>();
    private Form form = Form.UNKNOWN;
    private Consumer<ChatEvent> events = event -> {};
    private boolean started;
    private boolean done;
    private Usage usage = Usage.NONE;

    AnswerReader(BackendCall call) {
        this.call = call;
        this.telling = ExpertJson.ask(call.request().body()).telemetry();
    }

    @Override
    public void feed(Buffer bytes, Consumer<ChatEvent> out) {
        events = out;
        byte[] read = bytes.getBytes();
        if (form == Form.UNKNOWN) {
            form = form(read);
        }
        switch (form) {
            case UNKNOWN -> {}
            case STREAM -> reader.feed(read);
            case DOCUMENT -> document.add(bytes);
        }
    }

    private static Form form(byte[] read) {
        for (byte b : read) {
            if (b > ' ') {
                return b == '{' ? Form.DOCUMENT : Form.STREAM;
            } else if (b < 0) {
                return Form.STREAM; // a byte-order mark
            }
        }
        return Form.UNKNOWN;
    }

    @Override
    public void end(Consumer<ChatEvent> out) {
        events = out;
        switch (form) {
            case UNKNOWN -> throw UpstreamErrors.cut();
            case STREAM -> reader.end();
            case DOCUMENT -> document(JsonView.answer(document.bytes()), "message");
        }
        if (!done) {
            finish();
        }
    }

    private void event(String name, byte[] bytes, int start, int end) {
        if (done || start == end) {
            return;
        }
        if (Arrays.equals(bytes, start, end, DONE, 0, DONE.length)) {
            finish();
            return;
        }
        if (name.equals("error")) {
            throw UpstreamErrors.inAnswer(bytes, start, end);
        }
        document(JsonView.parse(bytes, start, end, Blame.BACKEND), "delta");
    }

    private void document(JsonView json, String key) {
        if (json.has("error")) {
            byte[] error = json.need("error").raw().text().getBytes(StandardCharsets.UTF_8);
            throw UpstreamErrors.inAnswer(error, 0, error.length);
        }
        start(json);
        for (JsonView choice : json.items("choices")) {
            int index = Math.clamp(choice.integer("index", 0), 0, 1023);
            choices.computeIfAbsent(index, i -> new ChoiceReader(i, json.string("id", "")))
                    .read(choice, key, telling ? this::hold : events);
            routed(index, choice);
        }
        json.get("sglext").ifPresent(extension -> routed(0, extension));
        json.get("usage").ifPresent(given -> usage = Wire.usage(given));
    }

    private void routed(int choice, JsonView parent) {
        if (telling) {
            parent.get("routed_experts")
                    .filter(JsonView::isString)
                    .ifPresent(base64 -> routed.put(choice, base64.string()));
        }
    }

    /** SGLang tells the experts of a stream after its choices have finished, so the endings wait for them. */
    private void hold(ChatEvent event) {
        if (event instanceof ChatEvent.Finished finished) {
            held.add(finished);
        } else {
            events.accept(event);
        }
    }

    private void start(JsonView json) {
        if (!started && json.isObject()) {
            started = true;
            events.accept(new ChatEvent.Started(
                    json.string("id", ""),
                    json.string("model", call.model().upstreamModel()),
                    json.integer("created", 0)));
        }
    }

    /** A stream in which a choice does not say why it ended is cut, end mark or not. */
    private void finish() {
        done = true;
        if (choices.isEmpty() || !choices.values().stream().allMatch(ChoiceReader::finished)) {
            throw UpstreamErrors.cut();
        }
        Usage used = usage.equals(Usage.NONE) ? estimate() : usage;
        long answer = used.outputTokens() / Math.max(1, choices.size());
        routed.forEach((choice, base64) -> RoutedExperts.read(base64, used.inputTokens(), answer)
                .ifPresent(use -> events.accept(new ChatEvent.ExpertsReported(choice, use))));
        held.forEach(events);
        events.accept(new ChatEvent.UsageReported(used));
    }

    private Usage estimate() {
        long chars = choices.values().stream().mapToLong(ChoiceReader::chars).sum();
        return new Usage(input(), 0, 0, (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN, 0, true);
    }

    private long input() {
        try {
            return TokenEstimate.of(call.request().conversation());
        } catch (ChatFailure unreadable) {
            // The backend understood what we cannot read: fall back on its size.
            return call.request().body().length() / CHARS_PER_TOKEN;
        }
    }
}
