package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.RelayBackend;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.ScannedBody;
import dev.parley.chat.ollama.OllamaEmbeddings;
import dev.parley.chat.openai.OpenAiEmbeddings;
import dev.parley.config.BackendSpec;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.Usage;
import dev.parley.gateway.budget.Estimate;
import dev.parley.gateway.budget.KeyHolder;
import dev.parley.gateway.budget.Permit;
import dev.parley.gateway.execute.BackendSet;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.OptionalLong;

/** Embeddings: by the model in this process, or relayed to a backend that has them. Confined to one event loop. */
final class Embedder {
    private static final long DEADLINE_MILLIS = 60_000;
    private static final int BYTES_PER_TOKEN = 4;

    private final Rooms rooms;
    private final BackendSet backends;
    private final EmbeddingBackend local;

    Embedder(Rooms rooms, BackendSet backends, EmbeddingBackend local) {
        this.rooms = rooms;
        this.backends = backends;
        this.local = local;
    }

    Future<Reply.Whole> openAi(SideCall call, KeyHolder caller) {
        JsonBody body = ScannedBody.of(call.body());
        ModelSpec model = model(body.string("model").orElse(""), caller);
        BackendSpec spec = config().backend(model.backend()).orElseThrow();
        return switch (spec) {
            case BackendSpec.Embedding own -> own(call, model, caller);
            case BackendSpec.Http http -> relay(call, model, http, body, caller);
            case BackendSpec.Moe moe -> throw cannot(model);
        };
    }

    private Future<Reply.Whole> own(SideCall call, ModelSpec model, KeyHolder caller) {
        OpenAiEmbeddings.Request request = OpenAiEmbeddings.decode(call.body());
        Permit permit = admit(model, caller, call.body().length);
        Future<Reply.Whole> answer = local.embed(request.texts())
                .map(done -> SideDesk.whole(
                        model, OpenAiEmbeddings.encode(request, done, model.id().value())));
        return settled(answer, permit, model, call.body().length);
    }

    Future<Reply.Whole> ollama(SideCall call, KeyHolder caller, OllamaEmbeddings.Request request) {
        ModelSpec model = model(request.model(), caller);
        long begun = rooms.time().nanos().getAsLong();
        if (!(config().backend(model.backend()).orElseThrow() instanceof BackendSpec.Embedding)) {
            throw ChatFailure.badRequest(
                    "model", "'" + model.id() + "' is served by another server: ask for it by /v1/embeddings.");
        }
        Permit permit = admit(model, caller, call.body().length);
        Future<EmbeddingBackend.Embeddings> vectors = request.texts().isEmpty()
                ? Future.succeededFuture(new EmbeddingBackend.Embeddings(List.of(), 0))
                : local.embed(request.texts());
        return settled(
                vectors.map(done -> SideDesk.whole(
                        model,
                        OllamaEmbeddings.encode(
                                request,
                                done,
                                model.id().value(),
                                SideDesk.since(begun, rooms.time().nanos().getAsLong())))),
                permit,
                model,
                call.body().length);
    }

    private Future<Reply.Whole> relay(
            SideCall call, ModelSpec model, BackendSpec.Http spec, JsonBody body, KeyHolder caller) {
        if (!(backends.of(spec) instanceof RelayBackend backend) || spec.protocol() == BackendSpec.Protocol.ANTHROPIC) {
            throw cannot(model);
        }
        String path = spec.protocol() == BackendSpec.Protocol.OLLAMA ? "/v1/embeddings" : "/embeddings";
        byte[] bytes = body.with("model", new RawJson(JsonText.quote(model.upstreamModel())))
                .toBytes();
        var relayed = new RelayBackend.RelayCall(
                path,
                List.of(Buffer.buffer(bytes)),
                Forwarded.headers(call.headers(), call.requestId() + "0".repeat(16)),
                DEADLINE_MILLIS);
        Permit permit = admit(model, caller, call.body().length);
        return settled(
                backend.relay(relayed).compose(response -> answered(response, model)),
                permit,
                model,
                call.body().length);
    }

    private static Future<Reply.Whole> answered(HttpClientResponse response, ModelSpec model) {
        return response.body().compose(body -> {
            if (response.statusCode() == 200) {
                return Future.succeededFuture(SideDesk.whole(model, body));
            }
            boolean clientFault =
                    response.statusCode() == 400 || response.statusCode() == 404 || response.statusCode() == 422;
            return Future.failedFuture(ChatFailure.builder(
                            clientFault ? ChatFailure.Kind.UPSTREAM_REJECTED : ChatFailure.Kind.UPSTREAM_FAILED,
                            "The backend refused the embeddings with status " + response.statusCode() + ".")
                    .upstreamStatus(response.statusCode())
                    .build());
        });
    }

    private ModelSpec model(String name, KeyHolder caller) {
        if (name.isEmpty()) {
            throw ChatFailure.badRequest("model", "model is missing: name an embedding model of GET /v1/models.");
        }
        ModelSpec model = Target.find(name, config()).orElseThrow(() -> SideDesk.unknown(name));
        caller.requireModel(model.id());
        if (!model.can(Capability.EMBEDDINGS)) {
            throw cannot(model);
        }
        return model;
    }

    private static ChatFailure cannot(ModelSpec model) {
        return ChatFailure.badRequest("model", "The model '" + model.id() + "' cannot embed texts.");
    }

    private Permit admit(ModelSpec model, KeyHolder caller, int bytes) {
        long tokens = Math.max(1, bytes / BYTES_PER_TOKEN);
        return rooms.admission()
                .admit(caller, new Estimate(tokens, model.price().costNanoUsd(Usage.of(tokens, 0))));
    }

    private static Future<Reply.Whole> settled(Future<Reply.Whole> answer, Permit permit, ModelSpec model, int bytes) {
        long tokens = Math.max(1, bytes / BYTES_PER_TOKEN);
        OptionalLong cost = model.price().costNanoUsd(Usage.of(tokens, 0));
        return answer.onSuccess(reply -> permit.settle(cost.orElse(0), tokens)).onFailure(error -> permit.release());
    }

    private ParleyConfig config() {
        return rooms.snapshot().get().config();
    }
}
