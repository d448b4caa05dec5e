package dev.parley.gateway.http;

import dev.parley.chat.backend.DeadlineWatch;
import dev.parley.gateway.pipeline.front.FrontDesk;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * What the calls of one event loop share.
 *
 * @param elsewhere takes requests whose path is neither under {@code /v1} nor {@code /api}
 */
record Loop(
        Context context,
        FrontDesk desk,
        DeadlineWatch watch,
        RequestIds ids,
        RunningCalls calls,
        long maxBodyBytes,
        Handler<HttpServerRequest> elsewhere) {}
