package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.JsonView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects tool calls until they are whole: Ollama gives their arguments as an object, never piecewise. Not thread-safe. */
final class ToolCalls {
    private static final RawJson EMPTY = new RawJson("{}");

    private final Map<Integer, Call> calls = new TreeMap<>();
    private int written;

    private record Call(String id, String name, StringBuilder arguments) {}

    void start(int call, String id, String name) {
        calls.put(call, new Call(id, name, new StringBuilder()));
    }

    void add(int call, String piece) {
        Call open = calls.get(call);
        if (open != null) {
            open.arguments().append(piece);
        }
    }

    void add(String id, String name, String arguments) {
        int call = calls.size();
        start(call, id, name);
        add(call, arguments);
    }

    /** The calls since the last time, as elements of {@code tool_calls}. */
    List<RawJson> take() {
        List<RawJson> taken = new ArrayList<>();
        for (Call call : calls.values()) {
            taken.add(json(call));
        }
        calls.clear();
        return taken;
    }

    private RawJson json(Call call) {
        return new JsonOut()
                .object()
                .member("id", call.id())
                .object("function")
                .member("index", written++)
                .member("name", call.name())
                .member("arguments", object(call.arguments().toString()))
                .endObject()
                .endObject()
                .json();
    }

    /** The arguments, which must be an object: text that a token limit cut becomes an empty one. */
    static RawJson object(String arguments) {
        RawJson json = new RawJson(arguments);
        try {
            return JsonView.of(json, "arguments").isObject() ? json : EMPTY;
        } catch (ChatFailure malformed) {
            return EMPTY;
        }
    }
}
