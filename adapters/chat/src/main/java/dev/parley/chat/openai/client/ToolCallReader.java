package dev.parley.chat.openai.client;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Numbers the tool calls of one choice by order of appearance. Servers differ: indices with holes or none at all, index 0 for every
 * call with new ids, the name after the id, arguments as an object. Not thread-safe.
 */
final class ToolCallReader {
    private static final int NO_INDEX = -1;

    private final int choice;
    private final String answerId;
    private final List<Call> calls = new ArrayList<>();
    private long chars;

    ToolCallReader(int choice, String answerId) {
        this.choice = choice;
        this.answerId = answerId;
    }

    private static final class Call {
        final int number;
        final long upstreamIndex;
        String id;
        String name = "";
        boolean started;
        boolean argued;
        final StringBuilder early = new StringBuilder();

        Call(int number, long upstreamIndex, String id) {
            this.number = number;
            this.upstreamIndex = upstreamIndex;
            this.id = id;
        }
    }

    boolean any() {
        return !calls.isEmpty();
    }

    long chars() {
        return chars;
    }

    void piece(JsonView piece, Consumer<ChatEvent> out) {
        String id = piece.string("id", "");
        Call call = find(piece.integer("index", NO_INDEX), id);
        piece.get("function").ifPresent(function -> function(call, function, out));
    }

    /** The one call of the {@code function_call} form. */
    void old(JsonView function, Consumer<ChatEvent> out) {
        function(calls.isEmpty() ? add(0, "") : calls.getFirst(), function, out);
    }

    /** The call a piece belongs to; a new one for a new index, or a new id under a known index. */
    private Call find(long upstreamIndex, String id) {
        Call found = null;
        for (Call call : calls) {
            boolean sameIndex = upstreamIndex == NO_INDEX ? id.isEmpty() : call.upstreamIndex == upstreamIndex;
            boolean sameId = !id.isEmpty() && call.id.equals(id);
            found = sameIndex || sameId ? call : found;
        }
        if (found == null) {
            return add(upstreamIndex, id);
        }
        if (!id.isEmpty() && found.id.isEmpty() && !found.started) {
            found.id = id;
        }
        return id.isEmpty() || found.id.equals(id) || found.id.isEmpty() ? found : add(upstreamIndex, id);
    }

    private Call add(long upstreamIndex, String id) {
        Call call = new Call(calls.size(), upstreamIndex, id);
        calls.add(call);
        return call;
    }

    private void function(Call call, JsonView function, Consumer<ChatEvent> out) {
        call.name = call.name.isEmpty() ? function.string("name", "") : call.name;
        String arguments = function.get("arguments")
                .map(a -> a.isString() ? a.string() : a.raw().text())
                .orElse("");
        chars += arguments.length();
        if (call.name.isEmpty()) {
            call.early.append(arguments);
            return;
        }
        start(call, out);
        arguments(call, arguments, out);
    }

    private void start(Call call, Consumer<ChatEvent> out) {
        if (!call.started) {
            call.started = true;
            if (call.id.isEmpty()) {
                call.id = "call_" + answerId.replaceAll("[^A-Za-z0-9_-]", "") + "_" + choice + "_" + call.number;
            }
            out.accept(new ChatEvent.ToolCallStarted(choice, call.number, call.id, call.name));
            arguments(call, call.early.toString(), out);
        }
    }

    private void arguments(Call call, String json, Consumer<ChatEvent> out) {
        if (!json.isEmpty()) {
            call.argued = true;
            out.accept(new ChatEvent.ToolCallArguments(choice, call.number, json));
        }
    }

    /** An empty call says {@code {}}. */
    void end(Consumer<ChatEvent> out) {
        for (Call call : calls) {
            if (call.started && !call.argued) {
                arguments(call, "{}", out);
            }
        }
    }
}
