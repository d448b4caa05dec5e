package dev.parley.gateway.http;

import dev.parley.chat.Protocol;
import dev.parley.gateway.pipeline.front.SideCall;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;

/** The switch from method and path to {@link Route}. A pure function; the paths of the hot calls come first. */
final class Routes {
    private static final Route OPENAI_CHAT = new Route.Chat(Protocol.OPENAI_CHAT);
    private static final Route ANTHROPIC = new Route.Chat(Protocol.ANTHROPIC_MESSAGES);
    private static final Route RESPONSES = new Route.Chat(Protocol.OPENAI_RESPONSES);
    private static final Route COMPLETIONS = new Route.Chat(Protocol.OPENAI_COMPLETIONS);
    private static final Route OLLAMA_CHAT = new Route.Chat(Protocol.OLLAMA_CHAT);
    private static final Route OLLAMA_GENERATE = new Route.Chat(Protocol.OLLAMA_GENERATE);
    private static final String MODELS = "/v1/models/";
    private static final String RESPONSE = "/v1/responses/";
    /** Clients of Ollama look for its sentence, people for ours. */
    private static final Route ROOT = new Route.Alive(
            "text/plain; charset=utf-8",
            "Parley is running: OpenAI and Anthropic APIs under /v1, Ollama's under /api (\"Ollama is running\").\n");

    private static final Route HEALTH = new Route.Alive("application/json", "{\"status\":\"ok\"}");

    private Routes() {}

    /** {@code path} without query, as it came. */
    static Route of(HttpMethod method, String path) {
        if (HttpMethod.OPTIONS.equals(method)) {
            return new Route.Preflight();
        }
        return switch (path) {
            case "/v1/chat/completions" -> post(method, OPENAI_CHAT, Protocol.OPENAI_CHAT);
            case "/v1/messages" -> post(method, ANTHROPIC, Protocol.ANTHROPIC_MESSAGES);
            case "/v1/responses" -> post(method, RESPONSES, Protocol.OPENAI_RESPONSES);
            case "/v1/completions" -> post(method, COMPLETIONS, Protocol.OPENAI_COMPLETIONS);
            case "/api/chat" -> post(method, OLLAMA_CHAT, Protocol.OLLAMA_CHAT);
            case "/api/generate" -> post(method, OLLAMA_GENERATE, Protocol.OLLAMA_GENERATE);
            case "/v1/embeddings" -> post(method, SideCall.Kind.EMBEDDINGS);
            case "/v1/messages/count_tokens" -> post(method, SideCall.Kind.COUNT_TOKENS);
            case "/v1/feedback" -> post(method, SideCall.Kind.FEEDBACK);
            case "/v1/models" -> get(method, SideCall.Kind.MODELS, "");
            case "/api/tags" -> get(method, SideCall.Kind.OLLAMA_TAGS, "");
            case "/api/show" -> post(method, SideCall.Kind.OLLAMA_SHOW);
            case "/api/version" -> get(method, SideCall.Kind.OLLAMA_VERSION, "");
            case "/api/ps" -> get(method, SideCall.Kind.OLLAMA_PS, "");
            case "/api/embed" -> post(method, SideCall.Kind.OLLAMA_EMBED);
            case "/api/embeddings" -> post(method, SideCall.Kind.OLLAMA_EMBEDDINGS);
            case "/", "" -> reads(method) ? ROOT : new Route.WrongMethod(Protocol.OPENAI_CHAT, "GET, HEAD");
            case "/healthz" -> reads(method) ? HEALTH : new Route.WrongMethod(Protocol.OPENAI_CHAT, "GET, HEAD");
            default -> byPrefix(method, path);
        };
    }

    private static Route byPrefix(HttpMethod method, String path) {
        if (path.startsWith(MODELS) && path.length() > MODELS.length()) {
            return get(method, SideCall.Kind.MODEL, decoded(path.substring(MODELS.length())));
        }
        if (path.startsWith(RESPONSE) && path.length() > RESPONSE.length()) {
            return response(method, path.substring(RESPONSE.length()));
        }
        if (path.startsWith("/v1/messages/")) {
            return new Route.Unknown(Protocol.ANTHROPIC_MESSAGES);
        }
        if (path.startsWith("/api/")) {
            return new Route.Unknown(Protocol.OLLAMA_CHAT);
        }
        return path.startsWith("/v1/") || path.equals("/v1")
                ? new Route.Unknown(Protocol.OPENAI_CHAT)
                : new Route.Elsewhere();
    }

    private static Route response(HttpMethod method, String rest) {
        int slash = rest.indexOf('/');
        if (slash < 0) {
            String id = decoded(rest);
            if (HttpMethod.DELETE.equals(method)) {
                return new Route.Side(SideCall.Kind.RESPONSE_DELETE, id);
            }
            return reads(method)
                    ? new Route.Side(SideCall.Kind.RESPONSE, id)
                    : new Route.WrongMethod(Protocol.OPENAI_RESPONSES, "GET, DELETE");
        }
        String id = decoded(rest.substring(0, slash));
        return switch (rest.substring(slash)) {
            case "/input_items" -> get(method, SideCall.Kind.RESPONSE_INPUT_ITEMS, id);
            case "/cancel" ->
                HttpMethod.POST.equals(method)
                        ? new Route.Side(SideCall.Kind.RESPONSE_CANCEL, id)
                        : new Route.WrongMethod(Protocol.OPENAI_RESPONSES, "POST");
            default -> new Route.Unknown(Protocol.OPENAI_RESPONSES);
        };
    }

    private static Route post(HttpMethod method, Route route, Protocol shape) {
        return HttpMethod.POST.equals(method) ? route : new Route.WrongMethod(shape, "POST");
    }

    private static Route post(HttpMethod method, SideCall.Kind kind) {
        return post(method, new Route.Side(kind, ""), kind.shape());
    }

    private static Route get(HttpMethod method, SideCall.Kind kind, String id) {
        return reads(method) ? new Route.Side(kind, id) : new Route.WrongMethod(kind.shape(), "GET, HEAD");
    }

    private static boolean reads(HttpMethod method) {
        return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
    }

    private static String decoded(String id) {
        try {
            return QueryStringDecoder.decodeComponent(id.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return id;
        }
    }
}
