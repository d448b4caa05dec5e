package dev.parley.moe;

import dev.parley.chat.ChatEvent;
import io.vertx.core.Context;
import java.util.ArrayDeque;

/**
 * Carries events from engine threads to an event loop. Text of one choice that piles up between two readings becomes one delta, so a
 * slow reader costs no more than the answer's length. Thread-safe.
 */
final class Mailbox {
    private final Context context;
    private final Runnable reader;
    private final ArrayDeque<ChatEvent> events = new ArrayDeque<>();
    private boolean called;

    /**
     * @param reader run on the context when there is something new
     */
    Mailbox(Context context, Runnable reader) {
        this.context = context;
        this.reader = reader;
    }

    void put(ChatEvent event) {
        boolean call;
        synchronized (events) {
            if (event instanceof ChatEvent.TextDelta(int choice, String text)
                    && events.peekLast() instanceof ChatEvent.TextDelta(int before, String begun)
                    && choice == before) {
                events.removeLast();
                events.add(new ChatEvent.TextDelta(choice, begun + text));
            } else {
                events.add(event);
            }
            call = !called;
            called = true;
        }
        if (call) {
            wake();
        }
    }

    /** Has the reader run on the event loop. */
    void wake() {
        context.runOnContext(v -> {
            synchronized (events) {
                called = false;
            }
            reader.run();
        });
    }

    boolean isEmpty() {
        synchronized (events) {
            return events.isEmpty();
        }
    }

    /** The next event; to be called only when not empty. */
    ChatEvent take() {
        synchronized (events) {
            return events.remove();
        }
    }
}
