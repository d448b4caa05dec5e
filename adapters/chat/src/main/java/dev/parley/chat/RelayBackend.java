package dev.parley.chat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Map;

/** An HTTP backend that can also take a request of its own protocol as bytes and give the answer as bytes. */
public interface RelayBackend extends Backend {

    /** Whether a client's request of this protocol can go there unchanged. */
    boolean speaks(Protocol protocol);

    /**
     * Sends bytes as they are. Completes when the answer's head is there, with whatever status; fails with {@link ChatFailure} if it
     * never comes. The response is paused; the caller reads or resets it.
     */
    Future<HttpClientResponse> relay(RelayCall call);

    /**
     * @param path after the base URL, e.g. {@code /chat/completions}, {@code /v1/messages?beta=true}
     * @param body heap buffers, sent in order with a Content-Length
     * @param headers to send on, as in {@link BackendCall}
     * @param deadlineMillis for the head of the answer, from now
     * @param abort when it completes before the head is there, the call ends at once and fails as CANCELLED
     */
    record RelayCall(
            String path, List<Buffer> body, Map<String, String> headers, long deadlineMillis, Future<Void> abort) {

        /** A call nobody aborts before its head. */
        public RelayCall(String path, List<Buffer> body, Map<String, String> headers, long deadlineMillis) {
            this(path, body, headers, deadlineMillis, Promise.<Void>promise().future());
        }
    }
}
