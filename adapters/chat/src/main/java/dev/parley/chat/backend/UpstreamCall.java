package dev.parley.chat.backend;

import dev.parley.chat.ChatFailure;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request on its way to the head of its answer: under a limit of time, and abortable at any moment. */
final class UpstreamCall {
    private final Sent sent;
    private final UpstreamHeaders headers;
    private final DeadlineWatch watch;
    private final DeadlineWatch.Ticket ticket;
    private final Promise<HttpClientResponse> head = Promise.promise();
    private @Nullable HttpClientRequest request;
    private boolean settled;

    /**
     * What is sent, and its limits.
     *
     * @param body one heap buffer
     * @param passedOn headers besides the backend's own
     * @param headNanos when the answer's head must be there, on the watch's clock
     * @param limits of the answer after its head
     */
    record Sent(Buffer body, Map<String, String> passedOn, long headNanos, WatchedResponse.Limits limits) {}

    UpstreamCall(Sent sent, UpstreamHeaders headers, DeadlineWatch watch) {
        this.sent = sent;
        this.headers = headers;
        this.watch = watch;
        this.ticket = watch.watch(this::check);
    }

    /** The answer's head, its body paused; fails with {@link ChatFailure}. */
    Future<HttpClientResponse> head() {
        return head.future();
    }

    /** A connection is there, or not. */
    void connected(AsyncResult<HttpClientRequest> connection) {
        if (connection.failed()) {
            fail(UpstreamFaults.of(sent.limits().backend(), connection.cause()));
            return;
        }
        HttpClientRequest made = connection.result();
        if (settled) {
            made.reset();
            return;
        }
        request = made;
        headers.write(made, sent.passedOn());
        made.send(sent.body()).onComplete(this::answered);
    }

    private void answered(AsyncResult<HttpClientResponse> answer) {
        if (answer.failed()) {
            fail(UpstreamFaults.of(sent.limits().backend(), answer.cause()));
        } else if (!settled) {
            settle();
            head.complete(new WatchedResponse(answer.result(), sent.limits(), watch));
        }
    }

    private void check(long now) {
        if (now - sent.headNanos() > 0) {
            abort(UpstreamFaults.timeout(sent.limits().backend(), "did not answer in time"));
        }
    }

    /** Ends the call at once if its head has not come; otherwise does nothing. */
    void abort(ChatFailure why) {
        if (settled) {
            return;
        }
        fail(why);
        if (request != null) {
            request.reset();
        }
    }

    private void fail(ChatFailure why) {
        if (!settled) {
            settle();
            head.fail(why);
        }
    }

    private void settle() {
        settled = true;
        ticket.close();
    }
}
