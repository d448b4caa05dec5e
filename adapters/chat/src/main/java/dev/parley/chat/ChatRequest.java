package dev.parley.chat;

import java.util.function.Supplier;

/**
 * A client's chat call. Keeps the bytes that came; edits replace members in place, so what we do not know passes untouched.
 * The neutral reading is made on first use only: a relay never parses. Confined to one event loop.
 */
public final class ChatRequest {
    private final Protocol protocol;
    private final JsonBody body;
    private final String model;
    private final boolean stream;
    private final Lazy<Conversation> conversation;
    private final long receivedNanos;
    private final boolean reworded;

    /**
     * @param model as the client wrote it, e.g. {@code auto:cheap}
     * @param conversation reads the body; throws {@link ChatFailure} of kind BAD_REQUEST naming the member at fault
     */
    public ChatRequest(
            Protocol protocol, JsonBody body, String model, boolean stream, Supplier<Conversation> conversation) {
        this.protocol = protocol;
        this.body = body;
        this.model = model;
        this.stream = stream;
        this.conversation = new Lazy<>(conversation);
        this.receivedNanos = 0;
        this.reworded = false;
    }

    private ChatRequest(ChatRequest same, long receivedNanos) {
        this.protocol = same.protocol;
        this.body = same.body;
        this.model = same.model;
        this.stream = same.stream;
        this.conversation = same.conversation;
        this.receivedNanos = receivedNanos;
        this.reworded = same.reworded;
    }

    private ChatRequest(ChatRequest same, Conversation other, boolean stream) {
        this.protocol = same.protocol;
        this.body = same.body;
        this.model = same.model;
        this.stream = stream;
        this.conversation = new Lazy<>(() -> other);
        this.receivedNanos = same.receivedNanos;
        this.reworded = true;
    }

    /** The gateway's own question in this request's place, e.g. to a judge: what counts is the conversation, not the body. */
    public ChatRequest reworded(Conversation other, boolean stream) {
        return new ChatRequest(this, other, stream);
    }

    /** Whether {@link #body} no longer says what is asked: it must be written anew from {@link #conversation}. */
    public boolean isReworded() {
        return reworded;
    }

    /** This request with the reading of its dialect's clock when it came, for protocols whose answers tell durations. */
    public ChatRequest receivedAt(long nanos) {
        return new ChatRequest(this, nanos);
    }

    /** See {@link #receivedAt}; 0 for protocols that tell no durations. */
    public long receivedNanos() {
        return receivedNanos;
    }

    public Protocol protocol() {
        return protocol;
    }

    public JsonBody body() {
        return body;
    }

    public String model() {
        return model;
    }

    public boolean stream() {
        return stream;
    }

    /** Throws {@link ChatFailure} (BAD_REQUEST) if the body does not say a valid call. */
    public Conversation conversation() {
        return conversation.get();
    }
}
