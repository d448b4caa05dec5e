package dev.parley.gateway.execute;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.Flow;

/** What carrying a plan out gave: from here on nothing can be retried. The call's journal entry stays open until its end. */
public sealed interface Execution {
    /** The call that answers. */
    Journal.Entry call();

    /** A backend of the client's protocol answers with status 200; the response is paused. */
    record Relay(Journal.Entry call, HttpClientResponse response) implements Execution {}

    /** Events; the first one has arrived. */
    record Events(Journal.Entry call, Flow.Publisher<ChatEvent> events) implements Execution {}

    /** The whole answer. */
    record Whole(Journal.Entry call, ChatAnswer answer) implements Execution {}
}
