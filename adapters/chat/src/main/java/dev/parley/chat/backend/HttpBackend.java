package dev.parley.chat.backend;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ClientDialect;
import dev.parley.chat.Protocol;
import dev.parley.chat.RelayBackend;
import dev.parley.config.BackendSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * A server elsewhere. Make one per event loop, on that loop: it owns an HTTP client whose connections live on the loop, so request
 * and answer never change threads. Connections are kept alive, one call each at a time. Not thread-safe.
 */
public final class HttpBackend implements RelayBackend {
    /** The default of 8 KiB makes 25 reads of a 200 KB answer. */
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_WAITING_CALLS = 10_000;

    private final BackendSpec.Http spec;
    private final ClientDialect dialect;
    private final InstantSource clock;
    private final HttpClient client;
    private final UpstreamHeaders headers;
    private final DeadlineWatch watch;
    private final String host;
    private final int port;
    /** Made once: parsing it costs every request. */
    private final SocketAddress server;

    private final boolean tls;
    private final String prefix;
    /** Where calls go, by the path of the one before: nearly always the same. */
    private RequestOptions target;

    private String targetPath = "";

    /** With the system's clocks. */
    public HttpBackend(Vertx vertx, BackendSpec.Http spec, ClientDialect dialect) {
        this(vertx, spec, dialect, InstantSource.system());
    }

    public HttpBackend(Vertx vertx, BackendSpec.Http spec, ClientDialect dialect, InstantSource clock) {
        this.spec = spec;
        this.dialect = dialect;
        this.clock = clock;
        URI base = spec.baseUrl();
        this.tls = "https".equalsIgnoreCase(base.getScheme());
        this.host = base.getHost();
        this.port = base.getPort() > 0 ? base.getPort() : tls ? 443 : 80;
        this.server = SocketAddress.inetSocketAddress(port, host);
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        this.prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.target = made(targetPath);
        this.headers = new UpstreamHeaders(spec);
        this.watch = new DeadlineWatch(vertx, System::nanoTime);
        this.client = vertx.httpClientBuilder()
                .with(options())
                .with(new PoolOptions().setHttp1MaxSize(spec.maxConnections()).setMaxWaitQueueSize(MAX_WAITING_CALLS))
                .withConnectHandler(GatheredFlush::join)
                .build();
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setSsl(tls)
                .setKeepAlive(true)
                .setPipelining(false)
                .setTcpNoDelay(true)
                // Not asked for; see Inflater for backends that compress all the same.
                .setDecompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setConnectTimeout(Math.toIntExact(spec.timeouts().connect().toMillis()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of an OpenAI-type backend this says only that the protocol family fits: whether the server has {@code /responses} or
     * {@code /completions} is a capability of the model.
     */
    @Override
    public boolean speaks(Protocol protocol) {
        return switch (protocol) {
            case OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_COMPLETIONS -> spec.protocol() == BackendSpec.Protocol.OPENAI;
            case ANTHROPIC_MESSAGES -> spec.protocol() == BackendSpec.Protocol.ANTHROPIC;
            case OLLAMA_CHAT, OLLAMA_GENERATE -> spec.protocol() == BackendSpec.Protocol.OLLAMA;
        };
    }

    @Override
    public Future<HttpClientResponse> relay(RelayCall call) {
        UpstreamCall sent = send(
                call.path(),
                HeapBuffers.join(call.body()),
                call.headers(),
                Math.max(0, call.deadlineMillis()),
                Long.MAX_VALUE);
        call.abort().onComplete(v -> sent.abort(ChatFailure.of(ChatFailure.Kind.CANCELLED, "the client went away")));
        return sent.head();
    }

    @Override
    public Flow.Publisher<ChatEvent> chat(BackendCall call) {
        return new AnswerPublisher(dialect, call, () -> {
            ClientDialect.UpstreamRequest request = dialect.encode(call);
            long left = Math.max(
                    0, Duration.between(clock.instant(), call.deadline()).toMillis());
            return send(request.path(), request.body(), merged(call.headers(), request.headers()), left, left);
        });
    }

    private static Map<String, String> merged(Map<String, String> passedOn, Map<String, String> own) {
        if (passedOn.isEmpty() || own.isEmpty()) {
            return passedOn.isEmpty() ? own : passedOn;
        }
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(own);
        all.putAll(passedOn);
        return all;
    }

    private UpstreamCall send(
            String path, Buffer body, Map<String, String> passedOn, long headMillis, long totalMillis) {
        long now = watch.now();
        long first = Math.min(spec.timeouts().firstByte().toMillis(), headMillis);
        long total = Math.min(spec.timeouts().total().toMillis(), totalMillis);
        WatchedResponse.Limits limits = new WatchedResponse.Limits(
                spec.id(),
                spec.timeouts().idle().toNanos(),
                now + Duration.ofMillis(total).toNanos());
        UpstreamCall call = new UpstreamCall(
                new UpstreamCall.Sent(
                        body,
                        passedOn,
                        now + Duration.ofMillis(Math.min(first, total)).toNanos(),
                        limits),
                headers,
                watch);
        client.request(target(path)).onComplete(call::connected);
        return call;
    }

    /** Vert.x reads the options and changes a copy of them at most. */
    private RequestOptions target(String path) {
        if (!path.equals(targetPath)) {
            targetPath = path;
            target = made(path);
        }
        return target;
    }

    private RequestOptions made(String path) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(server)
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setURI(prefix + path);
    }

    /** Idle connections close now, the others with their call. */
    @Override
    public void retire() {
        client.shutdown(spec.timeouts().total().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes the connections; running calls fail. */
    public Future<Void> close() {
        return client.close();
    }
}
