package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayBackend;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import dev.parley.chat.ollama.OllamaEmbeddings;
import dev.parley.chat.openai.OpenAiEmbeddings;
import dev.parley.config.BackendSpec;
import dev.parley.config.ModelSpec;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.execute.BackendSet;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Embeddings: by the model in this process, or relayed to a backend that has them. Confined to one event loop. */
final class Embedder {
    private static final long DEADLINE_MILLIS = 60_000;

    private final Rooms rooms;
    private final BackendSet backends;
    private final EmbeddingBackend local;

    Embedder(Rooms rooms, BackendSet backends, EmbeddingBackend local) {
        this.rooms = rooms;
        this.backends = backends;
        this.local = local;
    }

    /** Never fails: a failure is a reply too. */
    Future<Reply.Whole> openAi(SideCall call, KeyHolder caller) {
        return closed(new Embedding(rooms, call, caller), this::openAi);
    }

    /** Never fails: a failure is a reply too. */
    Future<Reply.Whole> ollama(SideCall call, KeyHolder caller, Function<byte[], OllamaEmbeddings.Request> decode) {
        return closed(new Embedding(rooms, call, caller), embedding -> ollama(embedding, decode.apply(call.body())));
    }

    /** Whatever comes of it, the call leaves one outcome. */
    private static Future<Reply.Whole> closed(Embedding embedding, Function<Embedding, Future<Buffer>> work) {
        Future<Buffer> answer;
        try {
            answer = work.apply(embedding);
        } catch (RuntimeException error) {
            answer = Future.failedFuture(error);
        }
        return answer.transform(done -> Future.succeededFuture(
                done.succeeded() ? embedding.done(done.result()) : embedding.failed(failure(done.cause()))));
    }

    private static ChatFailure failure(Throwable error) {
        return error instanceof RejectedExecutionException full
                ? ChatFailure.builder(ChatFailure.Kind.OVERLOADED, "The embedder has too much to do: try again later.")
                        .cause(full)
                        .build()
                : Pipeline.asFailure(error);
    }

    private Future<Buffer> openAi(Embedding embedding) {
        JsonBody body = ScannedBody.of(embedding.call.body());
        ModelSpec model = embedding.model(body.string("model").orElse(""));
        return switch (embedding.config.backend(model.backend()).orElseThrow()) {
            case BackendSpec.Embedding own -> own(embedding, model);
            case BackendSpec.Http http -> relay(embedding, model, http, body);
            case BackendSpec.Moe moe -> throw Embedding.cannot(model);
            case BackendSpec.LlamaCpp cpp -> throw Embedding.cannot(model);
        };
    }

    private Future<Buffer> own(Embedding embedding, ModelSpec model) {
        OpenAiEmbeddings.Request request = OpenAiEmbeddings.decode(embedding.call.body());
        embedding.begin(model);
        return local.embed(request.texts()).map(done -> {
            embedding.used(done.inputTokens());
            return OpenAiEmbeddings.encode(request, done, model.id().value());
        });
    }

    private Future<Buffer> ollama(Embedding embedding, OllamaEmbeddings.Request request) {
        ModelSpec model = embedding.model(request.model());
        if (!(embedding.config.backend(model.backend()).orElseThrow() instanceof BackendSpec.Embedding)) {
            throw ChatFailure.badRequest(
                    "model", "'" + model.id() + "' is served by another server: ask for it by /v1/embeddings.");
        }
        embedding.begin(model);
        Future<EmbeddingBackend.Embeddings> vectors = request.texts().isEmpty()
                ? Future.succeededFuture(new EmbeddingBackend.Embeddings(List.of(), 0))
                : local.embed(request.texts());
        return vectors.map(done -> {
            embedding.used(done.inputTokens());
            return OllamaEmbeddings.encode(request, done, model.id().value(), Duration.ofNanos(embedding.nanos()));
        });
    }

    private Future<Buffer> relay(Embedding embedding, ModelSpec model, BackendSpec.Http spec, JsonBody body) {
        if (!(backends.of(spec) instanceof RelayBackend backend) || spec.protocol() == BackendSpec.Protocol.ANTHROPIC) {
            throw Embedding.cannot(model);
        }
        SideCall call = embedding.call;
        String path = spec.protocol() == BackendSpec.Protocol.OLLAMA ? "/v1/embeddings" : "/embeddings";
        byte[] bytes = body.with("model", new RawJson(JsonText.quote(model.upstreamModel())))
                .toBytes();
        var relayed = new RelayBackend.RelayCall(
                path,
                List.of(Buffer.buffer(bytes)),
                Forwarded.headers(call.headers(), call.requestId() + "0".repeat(16)),
                DEADLINE_MILLIS,
                call.gone());
        rooms.executor().admit(model);
        embedding.begin(model);
        return backend.relay(relayed)
                .compose(response -> answered(response, embedding))
                .onComplete(done -> rooms.executor()
                        .ended(model, done.succeeded() ? Optional.empty() : Optional.of(failure(done.cause()))));
    }

    private static Future<Buffer> answered(HttpClientResponse response, Embedding embedding) {
        Future<Void> gone = embedding.call.gone();
        gone.onSuccess(v -> response.request().reset());
        return response.body()
                .recover(error -> Future.failedFuture(
                        gone.isComplete()
                                ? ChatFailure.of(ChatFailure.Kind.CANCELLED, "The client closed the connection.")
                                : error))
                .compose(body -> {
                    if (response.statusCode() != 200) {
                        return Future.failedFuture(refused(response.statusCode()));
                    }
                    embedding.used(promptTokens(body));
                    return Future.succeededFuture(body);
                });
    }

    private static ChatFailure refused(int status) {
        boolean clientFault = status == 400 || status == 404 || status == 422;
        return ChatFailure.builder(
                        clientFault ? ChatFailure.Kind.UPSTREAM_REJECTED : ChatFailure.Kind.UPSTREAM_FAILED,
                        "The backend refused the embeddings with status " + status + ".")
                .upstreamStatus(status)
                .build();
    }

    /** As the backend reports them; 0 if it does not say, or nothing that can be read. */
    private static long promptTokens(Buffer body) {
        try {
            return JsonView.of(ScannedBody.of(body.getBytes()))
                    .get("usage")
                    .map(usage -> usage.integer("prompt_tokens", 0))
                    .orElse(0L);
        } catch (ChatFailure unreadable) {
            return 0;
        }
    }
}
