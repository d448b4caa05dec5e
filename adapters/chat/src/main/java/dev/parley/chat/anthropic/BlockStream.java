package dev.parley.chat.anthropic;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.sse.SseWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Orders the pieces of an answer into blocks, of which only one is open at a time. While a tool call's arguments are incomplete, pieces
 * of other blocks wait: a closed block cannot be opened again. Not thread-safe.
 */
final class BlockStream {
    private static final String TYPE = "type";
    private static final String START = "content_block_start";
    private static final String DELTA = "content_block_delta";
    private static final String STOP = "content_block_stop";
    private static final int NO_CALL = -1;

    private enum Open {
        NONE,
        TEXT,
        THINKING,
        SIGNED_THINKING,
        TOOL
    }

    private final SseWriter out;
    private List<ChatEvent> waiting = new ArrayList<>();
    private Open open = Open.NONE;
    private int index = -1;
    private int call = NO_CALL;
    private ArgumentsEnd arguments = new ArgumentsEnd();
    private boolean text;
    private boolean tools;
    private boolean refused;
    private boolean finished;

    BlockStream(SseWriter out) {
        this.out = out;
    }

    boolean tools() {
        return tools;
    }

    boolean refused() {
        return refused;
    }

    /** Writes the event's frames, now or when its turn comes. */
    void show(ChatEvent event) {
        if (mustWait(event)) {
            waiting.add(event);
            return;
        }
        write(event);
        if (!waiting.isEmpty() && arguments.reached()) {
            drain();
        }
    }

    private boolean mustWait(ChatEvent event) {
        boolean own = event instanceof ChatEvent.ToolCallArguments e && e.call() == call;
        return open == Open.TOOL && !own && !arguments.reached();
    }

    private void drain() {
        List<ChatEvent> events = waiting;
        waiting = new ArrayList<>();
        events.forEach(this::show);
    }

    /** No more pieces: writes what waits and closes the last block. An answer without anything gets one empty text. */
    void finish() {
        if (finished) {
            return;
        }
        finished = true;
        while (!waiting.isEmpty()) {
            close();
            drain();
        }
        if (index < 0) {
            openText();
        }
        close();
    }

    private void write(ChatEvent event) {
        switch (event) {
            case ChatEvent.TextDelta e when e.choice() == 0 -> text(e.text());
            case ChatEvent.RefusalDelta e
            when e.choice() == 0 -> {
                refused = true;
                text(e.text());
            }
            case ChatEvent.ReasoningDelta e when e.choice() == 0 -> reasoning(e.text());
            case ChatEvent.ReasoningSignature e when e.choice() == 0 -> signature(e.signature());
            case ChatEvent.ToolCallStarted e when e.choice() == 0 -> tool(e);
            case ChatEvent.ToolCallArguments e when e.choice() == 0 -> arguments(e);
            default -> {}
        }
    }

    private void text(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (open != Open.TEXT) {
            openText();
        }
        text = true;
        delta("text_delta", "text", piece);
    }

    private void openText() {
        close();
        open = Open.TEXT;
        start(new JsonOut().object().member(TYPE, "text").member("text", "").endObject());
    }

    /** Clients expect thinking before text: what comes later is not shown. */
    private void reasoning(String piece) {
        if (text || piece.isEmpty()) {
            return;
        }
        openThinking();
        delta("thinking_delta", "thinking", piece);
    }

    private void signature(String signature) {
        if (text || signature.isEmpty()) {
            return;
        }
        openThinking();
        delta("signature_delta", "signature", signature);
        open = Open.SIGNED_THINKING;
    }

    private void openThinking() {
        if (open == Open.THINKING) {
            return;
        }
        close();
        open = Open.THINKING;
        start(new JsonOut()
                .object()
                .member(TYPE, "thinking")
                .member("thinking", "")
                .member("signature", "")
                .endObject());
    }

    private void tool(ChatEvent.ToolCallStarted e) {
        close();
        open = Open.TOOL;
        tools = true;
        call = e.call();
        arguments = new ArgumentsEnd();
        start(new JsonOut()
                .object()
                .member(TYPE, "tool_use")
                .member("id", e.id())
                .member("name", e.name())
                .object("input")
                .endObject()
                .endObject());
    }

    private void arguments(ChatEvent.ToolCallArguments e) {
        if (open == Open.TOOL && e.call() == call && !e.json().isEmpty()) {
            arguments.add(e.json());
            delta("input_json_delta", "partial_json", e.json());
        }
    }

    private void start(JsonOut block) {
        index++;
        JsonOut json = new JsonOut().object().member(TYPE, START).member("index", index);
        frame(START, json.member("content_block", block.json()).endObject());
    }

    private void delta(String type, String name, String piece) {
        JsonOut json = new JsonOut(piece.length() + 96)
                .object()
                .member(TYPE, DELTA)
                .member("index", index)
                .object("delta");
        frame(DELTA, json.member(TYPE, type).member(name, piece).endObject().endObject());
    }

    private void close() {
        if (open == Open.NONE) {
            return;
        }
        open = Open.NONE;
        call = NO_CALL;
        frame(
                STOP,
                new JsonOut().object().member(TYPE, STOP).member("index", index).endObject());
    }

    private void frame(String type, JsonOut json) {
        out.event(type).data(json.bytes());
    }
}
