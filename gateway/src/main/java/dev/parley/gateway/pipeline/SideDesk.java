package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.EmbeddingBackend;
import dev.parley.chat.anthropic.AnthropicTokenCount;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.json.ScannedBody;
import dev.parley.chat.ollama.OllamaEmbeddings;
import dev.parley.chat.ollama.OllamaModels;
import dev.parley.chat.openai.OpenAiModels;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.gateway.execute.BackendSet;
import dev.parley.gateway.pipeline.ask.Credentials;
import dev.parley.gateway.pipeline.front.Reply;
import dev.parley.gateway.pipeline.front.SideCall;
import dev.parley.gateway.record.OutcomeLog;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers what is no chat: models, embeddings, token counts, feedback. Confined to one event loop. */
final class SideDesk {
    private static final String JSON = "application/json";

    private final Rooms rooms;
    private final Embedder embedder;
    private final Instant started;

    SideDesk(Rooms rooms, BackendSet backends, EmbeddingBackend local) {
        this.rooms = rooms;
        this.embedder = new Embedder(rooms, backends, local);
        this.started = rooms.time().clock().instant();
    }

    /** Fails with {@link ChatFailure}. */
    Future<Reply.Whole> answer(SideCall call) {
        try {
            var caller = rooms.admission().identify(Credentials.presented(call.headers()));
            ParleyConfig config = rooms.snapshot().get().config();
            List<ModelSpec> models =
                    config.models().stream().filter(m -> caller.mayUse(m.id())).toList();
            return switch (call.kind()) {
                case MODELS -> ok(OpenAiModels.list(models, virtual(config), started.getEpochSecond()));
                case MODEL -> ok(one(call.id(), models, config));
                case EMBEDDINGS -> embedder.openAi(call, caller);
                case COUNT_TOKENS -> ok(AnthropicTokenCount.answer(AnthropicTokenCount.decode(call.body())));
                case RESPONSE, RESPONSE_DELETE, RESPONSE_CANCEL, RESPONSE_INPUT_ITEMS -> throw stateless(call.id());
                case FEEDBACK -> feedback(call);
                case OLLAMA_TAGS -> ok(OllamaModels.tags(models, virtual(config), started));
                case OLLAMA_SHOW -> ok(show(call, models, config));
                case OLLAMA_VERSION -> ok(OllamaModels.version());
                case OLLAMA_PS ->
                    ok(OllamaModels.running(models, rooms.time().clock().instant()));
                case OLLAMA_EMBED -> embedder.ollama(call, caller, OllamaEmbeddings::decode);
                case OLLAMA_EMBEDDINGS -> embedder.ollama(call, caller, OllamaEmbeddings::decodeSingle);
            };
        } catch (ChatFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    /** {@code auto} and one name a policy. */
    static List<String> virtual(ParleyConfig config) {
        List<String> names = new ArrayList<>(List.of("auto"));
        config.policies().stream().map(PolicySpec::id).map(id -> "auto:" + id).forEach(names::add);
        return names;
    }

    private Buffer one(String id, List<ModelSpec> models, ParleyConfig config) {
        if (virtual(config).contains(id)) {
            return OpenAiModels.virtual(id, started.getEpochSecond());
        }
        return models.stream()
                .filter(m -> m.id().value().equals(id))
                .findFirst()
                .map(m -> OpenAiModels.one(m, started.getEpochSecond()))
                .orElseThrow(() -> unknown(id));
    }

    private Buffer show(SideCall call, List<ModelSpec> models, ParleyConfig config) {
        String name = OllamaModels.shown(call.body());
        String plain = name.endsWith(":latest") ? name.substring(0, name.length() - 7) : name;
        if (virtual(config).contains(plain)) {
            return OllamaModels.showVirtual(
                    plain, models.stream().filter(m -> m.can(Capability.CHAT)).toList(), started);
        }
        return models.stream()
                .filter(m -> m.id().value().equals(name) || m.id().value().equals(plain))
                .findFirst()
                .map(m -> OllamaModels.show(m, started))
                .orElseThrow(() -> unknown(name));
    }

    static ChatFailure unknown(String id) {
        return ChatFailure.builder(
                        ChatFailure.Kind.MODEL_NOT_FOUND,
                        "The model '" + id
                                + "' does not exist or this key may not use it; GET /v1/models lists those you may.")
                .param("model")
                .build();
    }

    private static ChatFailure stateless(String id) {
        return ChatFailure.builder(
                        ChatFailure.Kind.UNKNOWN_URL,
                        "Response '" + id
                                + "' is not kept: the gateway is stateless; send the conversation with each call.")
                .build();
    }

    private Future<Reply.Whole> feedback(SideCall call) {
        JsonView said = JsonView.of(ScannedBody.of(call.body()));
        String id = said.string("decision_id", said.string("id", ""));
        if (id.isEmpty()) {
            throw ChatFailure.badRequest(
                    "decision_id",
                    "decision_id is missing: send the x-gateway-decision-id of the answer, or the answer's own id as 'id'.");
        }
        var feedback = new OutcomeLog.Feedback(
                id,
                said.need("metric").string(),
                said.need("value").number(),
                said.get("tags").map(tags -> tags.raw().text()).orElse("{}"),
                rooms.time().clock().instant());
        return rooms.feedback()
                .apply(feedback)
                .compose(decision -> decision.isPresent()
                        ? Future.succeededFuture(new Reply.Whole(
                                202, Map.of(), JSON, Buffer.buffer("{\"decision_id\":\"" + decision.get() + "\"}")))
                        : Future.failedFuture(ChatFailure.builder(
                                        ChatFailure.Kind.UNKNOWN_URL,
                                        "No decision has this id: send the x-gateway-decision-id, or the own id, of an answer still in the record.")
                                .param("decision_id")
                                .build()));
    }

    private static Future<Reply.Whole> ok(Buffer body) {
        return Future.succeededFuture(new Reply.Whole(200, new LinkedHashMap<>(), JSON, body));
    }
}
