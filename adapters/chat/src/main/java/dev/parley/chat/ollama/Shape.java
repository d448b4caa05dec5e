package dev.parley.chat.ollama;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonOut;
import java.util.List;

/** Where {@code /api/chat} and {@code /api/generate} put what the model says. */
enum Shape {
    CHAT(Protocol.OLLAMA_CHAT),
    GENERATE(Protocol.OLLAMA_GENERATE);

    private final Protocol protocol;

    Shape(Protocol protocol) {
        this.protocol = protocol;
    }

    Protocol protocol() {
        return protocol;
    }

    /**
     * What an answer, or a piece of one, says.
     *
     * @param calls as Ollama's {@code tool_calls} array; empty if there are none
     */
    record Said(String text, String thinking, List<RawJson> calls) {
        static final Said NOTHING = new Said("", "", List.of());

        static Said text(String text) {
            return new Said(text, "", List.of());
        }

        static Said thinking(String thinking) {
            return new Said("", thinking, List.of());
        }

        static Said of(ChatAnswer answer) {
            StringBuilder text = new StringBuilder();
            StringBuilder thinking = new StringBuilder();
            ToolCalls calls = new ToolCalls();
            List<Part> parts = answer.choices().isEmpty()
                    ? List.of()
                    : answer.choices().getFirst().content();
            for (Part part : parts) {
                if (part instanceof Part.Text p) {
                    text.append(p.text());
                } else if (part instanceof Part.Refusal p) {
                    text.append(p.text());
                } else if (part instanceof Part.Reasoning p) {
                    thinking.append(p.text());
                } else if (part instanceof Part.ToolUse p) {
                    calls.add(p.id(), p.name(), p.arguments());
                }
            }
            return new Said(text.toString(), thinking.toString(), calls.take());
        }
    }

    /** Writes the members that hold it. */
    void write(Said said, JsonOut out) {
        switch (this) {
            case CHAT -> {
                out.object("message").member("role", "assistant").member("content", said.text());
                rest(said, out);
                out.endObject();
            }
            case GENERATE -> {
                out.member("response", said.text());
                rest(said, out);
            }
        }
    }

    private static void rest(Said said, JsonOut out) {
        if (!said.thinking().isEmpty()) {
            out.member("thinking", said.thinking());
        }
        if (!said.calls().isEmpty()) {
            out.array("tool_calls");
            said.calls().forEach(out::raw);
            out.endArray();
        }
    }
}
