package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.JsonBody;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayBackend;
import dev.parley.chat.RelayTap;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.backend.HttpBackend;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.BackendSpec;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.Secret;
import dev.parley.config.ServerSpec;
import dev.parley.config.Usage;
import dev.parley.gateway.pipeline.front.Inbound;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.testing.MockUpstream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A front, a backend and a scripted upstream, wired with the least that can stand between them. */
final class Stage implements AutoCloseable {
    /** Longer than any stall of a busy test machine, so that only tests of limits meet them. */
    static final Duration PATIENT = Duration.ofSeconds(20);

    static final Duration HURRIED = Duration.ofSeconds(1);

    final Vertx vertx;
    final MockUpstream upstream;
    final HttpFront front;
    final BlockingQueue<String> notes = TestDesk.notes();
    private final AtomicLong skippedNanos = new AtomicLong();

    private long now() {
        return System.nanoTime() + skippedNanos.get();
    }

    /** Lets the front's clock jump. */
    void skip(Duration time) {
        skippedNanos.addAndGet(time.toNanos());
    }

    /** With limits of time short enough to wait for. */
    static Stage hurried(Play play) {
        return new Stage(play, ServerSpec.Transport.AUTO, 1 << 20, HURRIED);
    }

    /** Makes the reply to a call, given the loop's backend. */
    interface Play extends BiFunction<RelayBackend, Inbound, Future<Reply>> {}

    Stage(Play play) {
        this(play, ServerSpec.Transport.AUTO, 1 << 20, PATIENT);
    }

    Stage(Play play, ServerSpec.Transport transport, long maxBody, Duration limit) {
        ServerSpec spec = new ServerSpec(
                "127.0.0.1", 0, "127.0.0.1", 0, Secret.none(), transport, 2, maxBody, Duration.ofSeconds(5), false);
        vertx = EventLoops.start(spec);
        upstream = MockUpstream.start(vertx);
        front = await(HttpFront.start(
                vertx,
                spec,
                context -> desk(context, play, limit),
                context -> request -> request.response().setStatusCode(404).end(),
                this::now));
    }

    private TestDesk desk(Context context, Play play, Duration limit) {
        HttpBackend backend = new HttpBackend(context.owner(), backendSpec(upstream, limit), new Lines());
        return new TestDesk(notes, Stage::left, inbound -> play.apply(backend, inbound));
    }

    static BackendSpec.Http backendSpec(MockUpstream upstream, Duration limit) {
        return new BackendSpec.Http(
                "mock",
                BackendSpec.Protocol.OPENAI,
                upstream.url("/v1"),
                Secret.of("sk-upstream"),
                Map.of("x-org", "parley"),
                new BackendSpec.Timeouts(limit, limit, limit, Duration.ofSeconds(30)),
                64,
                0);
    }

    RawClient client() throws Exception {
        return new RawClient(front.port());
    }

    private static final Map<String, Promise<Void>> leaving = new ConcurrentHashMap<>();

    private static void left(String requestId) {
        Promise<Void> abort = leaving.get(requestId);
        if (abort != null) {
            abort.tryComplete();
        }
    }

    /** Relays as the pipeline would. */
    static Play relay(boolean stream) {
        return (backend, inbound) -> {
            Promise<Void> abort = Promise.promise();
            leaving.put(inbound.requestId(), abort);
            return backend.relay(new RelayBackend.RelayCall(
                            "/chat/completions",
                            List.of(Buffer.buffer(inbound.body())),
                            Map.of("traceparent", "00-1", "authorization", "Bearer client", "x-stainless-lang", "js"),
                            10_000,
                            abort.future()))
                    .<Reply>map(head ->
                            new Reply.Relayed(Map.of("x-gateway-model", "m"), head, new Watch(), new Plain(), stream))
                    .recover(e -> Future.succeededFuture(
                            TestDesk.json(502, "{\"kind\":\"" + ((ChatFailure) e).kind() + "\"}")));
        };
    }

    /** Translates as the pipeline would: decoded events, encoded again. */
    static Play chat() {
        return (backend, inbound) -> Future.succeededFuture(new Reply.Streamed(
                Map.of("x-gateway-model", "m"),
                backend.chat(call(Instant.now().plusSeconds(30))),
                new TextEncoder(),
                new Plain()));
    }

    /** A call whose content the test's dialect does not look at. */
    static BackendCall call(Instant deadline) {
        ModelSpec model = new ModelSpec(
                new ModelId("m"),
                "mock",
                "m",
                new Price.Unknown(),
                Set.of(),
                1000,
                1000,
                new ModelCard("", "", 0.5, Map.of(), 100, Duration.ofSeconds(1), 100));
        ChatRequest request =
                new ChatRequest(Protocol.OPENAI_CHAT, ScannedBody.of("{}".getBytes(UTF_8)), "m", true, () -> {
                    throw new UnsupportedOperationException();
                });
        return new BackendCall(model, request, true, Map.of(), deadline, warning -> {});
    }

    @Override
    public void close() {
        try {
            upstream.close();
        } finally {
            await(vertx.close());
        }
    }

    /** Waits for a result, with patience. */
    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** A tap that changes nothing and knows whole streams by their end mark. */
    static final class Watch implements RelayTap {
        private final StringBuilder seen = new StringBuilder();

        @Override
        public Buffer pass(Buffer read) {
            seen.append(read);
            return read;
        }

        @Override
        public Buffer end() {
            if (seen.indexOf("data:") >= 0 && seen.indexOf("[DONE]") < 0) {
                throw ChatFailure.of(ChatFailure.Kind.UPSTREAM_FAILED, "cut");
            }
            return Buffer.buffer();
        }

        @Override
        public Usage usage() {
            return Usage.NONE;
        }

        @Override
        public String finishReason() {
            return "";
        }

        @Override
        public String answerId() {
            return "";
        }

        @Override
        public long textChars() {
            return 0;
        }
    }

    /** A server dialect of which only the last words are used. */
    static final class Plain implements ServerDialect {
        @Override
        public Protocol protocol() {
            return Protocol.OPENAI_CHAT;
        }

        @Override
        public ChatRequest decode(byte[] body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AnswerEncoder encoder(ChatRequest request, AnswerHead head) {
            return new TextEncoder();
        }

        @Override
        public JsonBody relayBody(ChatRequest request, ModelSpec model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RelayTap tap(ChatRequest request, AnswerHead head) {
            return new Watch();
        }

        @Override
        public Buffer broken(ChatFailure failure, String requestId) {
            return Buffer.buffer("event: error\ndata: " + failure.kind() + "\n\n");
        }

        @Override
        public ErrorAnswer error(ChatFailure failure, String requestId) {
            throw new UnsupportedOperationException();
        }
    }

    /** Each text delta as one event. */
    static final class TextEncoder implements ServerDialect.AnswerEncoder {
        @Override
        public String streamContentType() {
            return ClientCall.EVENT_STREAM_UTF8;
        }

        @Override
        public Buffer encode(ChatEvent event) {
            return event instanceof ChatEvent.TextDelta text
                    ? Buffer.buffer("data: " + text.text() + "\n\n")
                    : Buffer.buffer();
        }

        @Override
        public Buffer end() {
            return Buffer.buffer("data: [DONE]\n\n");
        }

        @Override
        public Buffer broken(ChatFailure failure, String requestId) {
            return new Plain().broken(failure, requestId);
        }

        @Override
        public Buffer whole(ChatAnswer answer) {
            throw new UnsupportedOperationException();
        }
    }

    /** A client dialect whose answers are lines: each is one text delta; {@code .} ends. */
    static final class Lines implements ClientDialect {
        @Override
        public Protocol protocol() {
            return Protocol.OPENAI_CHAT;
        }

        @Override
        public UpstreamRequest encode(BackendCall call) {
            return new UpstreamRequest("/lines", Map.of("x-own", "1"), Buffer.buffer("{}"));
        }

        @Override
        public AnswerDecoder decoder(BackendCall call) {
            return new AnswerDecoder() {
                private String rest = "";
                private boolean whole;

                @Override
                public void feed(Buffer bytes, Consumer<ChatEvent> events) {
                    String[] lines = (rest + bytes).split("\n", -1);
                    rest = lines[lines.length - 1];
                    for (int i = 0; i < lines.length - 1; i++) {
                        whole |= lines[i].equals(".");
                        if (lines[i].equals("!")) {
                            throw ChatFailure.of(ChatFailure.Kind.UPSTREAM_FAILED, "bad line");
                        }
                        events.accept(new ChatEvent.TextDelta(0, lines[i]));
                    }
                }

                @Override
                public void end(Consumer<ChatEvent> events) {
                    if (!whole) {
                        throw ChatFailure.of(ChatFailure.Kind.UPSTREAM_FAILED, "cut");
                    }
                }
            };
        }

        @Override
        public ChatFailure failure(int status, Map<String, String> headers, Buffer body) {
            return ChatFailure.builder(ChatFailure.Kind.UPSTREAM_REJECTED, status + " " + body)
                    .upstreamStatus(status)
                    .build();
        }
    }
}
