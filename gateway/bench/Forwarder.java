import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;

/**
 * The least a Vert.x proxy can do, written by hand: read the body, send it on, pass the answer back. No JSON, no keys, no record: the
 * yardstick for what Parley adds. Arguments: port, port of the backend, port of the streaming backend.
 */
public class Forwarder extends AbstractVerticle {
    private static int port;
    private static int backend;
    private static int streaming;
    private HttpClient client;

    public static void main(String[] arguments) {
        port = Integer.parseInt(arguments[0]);
        backend = Integer.parseInt(arguments[1]);
        streaming = Integer.parseInt(arguments[2]);
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .deployVerticle(new Forwarder());
    }

    @Override
    public void start() {
        client = vertx.createHttpClient(
                new HttpClientOptions().setMaxChunkSize(65536).setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(512));
        vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(65536).setTcpNoDelay(true))
                .requestHandler(this::forward)
                .listen(port, "127.0.0.1")
                .onSuccess(server -> System.out.println("ready"));
    }

    private void forward(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            int to = request.getHeader("x-stream") == null ? backend : streaming;
            client.request(HttpMethod.POST, to, "127.0.0.1", request.uri())
                    .compose(upstream -> upstream.putHeader("content-type", "application/json").send(Buffer.buffer(body.getBytes())))
                    .onSuccess(answer -> {
                        var response = request.response();
                        response.putHeader("content-type", answer.getHeader("content-type"));
                        String length = answer.getHeader("content-length");
                        if (length == null) {
                            response.setChunked(true);
                        } else {
                            response.putHeader("content-length", length);
                        }
                        answer.pipeTo(response);
                    })
                    .onFailure(error -> request.response().setStatusCode(502).end());
        });
    }
}
