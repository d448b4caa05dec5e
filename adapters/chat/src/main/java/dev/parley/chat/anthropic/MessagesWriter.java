package dev.parley.chat.anthropic;

import dev.parley.chat.Part;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonOut;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns as messages. Consecutive tool turns and the user turn behind them make one message, results first; parts and messages that
 * would be empty are left out; the first message is a user's.
 */
final class MessagesWriter {
    private static final Part.Text OPENING = new Part.Text("Continue.");

    private final Translation translation;
    private final JsonOut out;
    private final PartWriter parts;

    private record Message(boolean assistant, List<Part> parts) {}

    MessagesWriter(Translation translation, JsonOut out) {
        this.translation = translation;
        this.out = out;
        this.parts = new PartWriter(translation, out);
    }

    void write() {
        List<Message> messages = messages();
        if (messages.isEmpty() || messages.getFirst().assistant()) {
            messages.addFirst(new Message(false, List.of(OPENING)));
        }
        out.array("messages");
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            boolean prefill = message.assistant() && i == messages.size() - 1;
            out.object()
                    .member("role", message.assistant() ? "assistant" : "user")
                    .name("content");
            parts.write(prefill ? stripped(message.parts()) : message.parts());
            out.endObject();
        }
        out.endArray();
    }

    private List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        List<Part> results = new ArrayList<>();
        for (Turn turn : translation.conversation().turns()) {
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> {}
                case TOOL -> results.addAll(turn.parts());
                case USER -> {
                    results.addAll(turn.parts());
                    add(false, results, messages);
                    results.clear();
                }
                case ASSISTANT -> {
                    add(false, results, messages);
                    results.clear();
                    add(true, ordered(turn.parts()), messages);
                }
            }
        }
        add(false, results, messages);
        return messages;
    }

    private void add(boolean assistant, List<Part> all, List<Message> messages) {
        List<Part> sent = all.stream().filter(parts::isSent).toList();
        if (!sent.isEmpty()) {
            messages.add(new Message(assistant, sent));
        }
    }

    /** Thinking, then words, then calls, as Anthropic writes it itself; its own clients know their order. */
    private List<Part> ordered(List<Part> turn) {
        if (translation.sameFamily()) {
            return turn;
        }
        List<Part> ordered = new ArrayList<>();
        for (int rank = 0; rank < 3; rank++) {
            for (Part part : turn) {
                if (rank(part) == rank) {
                    ordered.add(part);
                }
            }
        }
        return ordered;
    }

    private static int rank(Part part) {
        if (part instanceof Part.Reasoning || part instanceof Part.RedactedReasoning) {
            return 0;
        }
        return part instanceof Part.ToolUse ? 2 : 1;
    }

    /** A last assistant message is a prefill, which must not end in white space. */
    private static List<Part> stripped(List<Part> parts) {
        List<Part> stripped = new ArrayList<>(parts);
        if (stripped.getLast() instanceof Part.Text text) {
            stripped.set(stripped.size() - 1, new Part.Text(text.text().stripTrailing(), text.extras()));
        }
        return stripped;
    }
}
