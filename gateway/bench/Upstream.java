import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;

/**
 * The bench's backend for streams: answers every POST with a burst of 64 server-sent events, each its own write. Arguments: port.
 * Plain answers come from nginx, which is several times faster than any proxy under test.
 */
public class Upstream extends AbstractVerticle {
    private static int port;

    public static void main(String[] arguments) {
        port = Integer.parseInt(arguments[0]);
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .deployVerticle(new Upstream());
    }

    @Override
    public void start() {
        String head = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\",\"choices\":[{\"index\":0,";
        Buffer delta = Buffer.buffer(head + "\"delta\":{\"content\":\"token \"},\"finish_reason\":null}]}\n\n");
        Buffer finish = Buffer.buffer(head + "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        vertx.createHttpServer().requestHandler(request -> request.end().onSuccess(end -> {
            var response = request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            for (int i = 0; i < 63; i++) {
                response.write(delta);
            }
            response.end(finish);
        })).listen(port, "127.0.0.1").onSuccess(server -> System.out.println("ready"));
    }
}
