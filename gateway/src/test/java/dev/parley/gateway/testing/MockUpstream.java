package dev.parley.gateway.testing;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream on a raw socket that does exactly what its scripts say, one per request in the order they were given, so that faults
 * are exact. Strict: a request without a script is answered 500 and fails {@link #close}, and so does a script without a request.
 * Thread-safe.
 */
public final class MockUpstream implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Vertx vertx;
    private final NetServer server;
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Received> arrivals = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> hangUps = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> closings = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private MockUpstream(Vertx vertx) {
        this.vertx = vertx;
        this.server = vertx.createNetServer(
                        new NetServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true))
                .connectHandler(socket -> new Peer(socket, connections.getAndIncrement()));
    }

    public static MockUpstream start(Vertx vertx) {
        MockUpstream mock = new MockUpstream(vertx);
        mock.server
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        return mock;
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    /** What to do for the next requests. */
    public MockUpstream expect(Script... next) {
        scripts.addAll(List.of(next));
        return this;
    }

    public List<Received> requests() {
        return List.copyOf(received);
    }

    /** Waits for the next request. */
    public Received take() throws InterruptedException {
        Received next = arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request reached the upstream");
        }
        return next;
    }

    /** Waits until a client closes a connection on which a script still runs; false if none does so in time. */
    public boolean hungUp(long millis) throws InterruptedException {
        return hangUps.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    /** Waits until a connection is closed, whoever does it; false if none is in time. */
    public boolean closed(long millis) throws InterruptedException {
        return closings.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    /** Whether a script is done, or is within the time. */
    public boolean finished(long millis) throws InterruptedException {
        return ends.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    /** Stops; fails if requests and scripts did not match. */
    @Override
    public void close() {
        server.close();
        if (!scripts.isEmpty()) {
            faults.add(scripts.size() + " scripts saw no request");
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("upstream: " + faults);
        }
    }

    /** One connection. */
    private final class Peer {
        private final NetSocket socket;
        private final int number;
        private final RequestParser parser;
        private boolean busy;
        private boolean closedByUs;

        Peer(NetSocket socket, int number) {
            this.socket = socket;
            this.number = number;
            this.parser = new RequestParser(number);
            socket.handler(this::read);
            socket.exceptionHandler(e -> {});
            socket.closeHandler(v -> {
                closings.add(number);
                if (busy && !closedByUs) {
                    hangUps.add(number);
                }
            });
        }

        private void read(Buffer bytes) {
            parser.feed(bytes);
            next();
        }

        private void next() {
            if (busy) {
                return;
            }
            Received request = parser.poll();
            if (request == null) {
                return;
            }
            received.add(request);
            arrivals.add(request);
            Script script = scripts.poll();
            if (script == null) {
                faults.add("unexpected request " + request.method() + " " + request.path());
                script = Script.answer(500, "text/plain", "unexpected request");
            }
            busy = true;
            run(script.steps().iterator());
        }

        private void run(Iterator<Script.Step> steps) {
            while (steps.hasNext()) {
                switch (steps.next()) {
                    case Script.Step.Send send -> {
                        socket.write(Buffer.buffer(send.bytes()));
                        if (socket.writeQueueFull()) {
                            socket.drainHandler(v -> run(steps));
                            return;
                        }
                    }
                    case Script.Step.Await await -> {
                        var context = vertx.getOrCreateContext();
                        await.until().onComplete(v -> context.runOnContext(w -> run(steps)));
                        return;
                    }
                    case Script.Step.Pause pause -> {
                        vertx.setTimer(pause.length().toMillis(), id -> run(steps));
                        return;
                    }
                    case Script.Step.Close close -> {
                        closedByUs = true;
                        socket.close();
                        return;
                    }
                    case Script.Step.Reset reset -> {
                        closedByUs = true;
                        ((NetSocketInternal) socket)
                                .channelHandlerContext()
                                .channel()
                                .config()
                                .setOption(ChannelOption.SO_LINGER, 0);
                        socket.close();
                        return;
                    }
                    case Script.Step.Hold hold -> {
                        return;
                    }
                }
            }
            busy = false;
            ends.add(number);
            next();
        }
    }
}
