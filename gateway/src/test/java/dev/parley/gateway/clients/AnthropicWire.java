package dev.parley.gateway.clients;

import static dev.parley.gateway.clients.ScriptedModel.JSON;
import static dev.parley.gateway.clients.ScriptedModel.need;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;

/** The scripted model as an Anthropic-type server. */
final class AnthropicWire {
    private static final Set<String> KNOWN = Set.of(
            "model",
            "max_tokens",
            "messages",
            "system",
            "stop_sequences",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "tools",
            "tool_choice",
            "thinking",
            "output_config",
            "metadata",
            "service_tier",
            "cache_control",
            "container",
            "context_management",
            "mcp_servers");

    private AnthropicWire() {}

    static boolean answer(HttpServerRequest request, JsonNode said) {
        said.fieldNames()
                .forEachRemaining(name -> need(KNOWN.contains(name), name + ": Extra inputs are not permitted"));
        need(said.path("model").asText().equals("m"), "model is not the upstream name");
        need(said.path("max_tokens").isInt(), "max_tokens: Field required");
        need(request.getHeader("anthropic-version") != null, "anthropic-version is missing");
        JsonNode messages = said.path("messages");
        need(messages.path(0).path("role").asText().equals("user"), "the first message must be the user's");
        JsonNode last = messages.get(messages.size() - 1);
        Optional<String> result = Optional.empty();
        if (last.path("content").isArray()) {
            for (JsonNode block : last.path("content")) {
                need(
                        !block.path("type").asText().equals("text")
                                || !block.path("text").asText().isEmpty(),
                        "empty text block");
                if (block.path("type").asText().equals("tool_result")) {
                    result = Optional.of(OpenAiWire.text(block.path("content")));
                }
            }
        }
        boolean json = said.at("/output_config/format/type").asText().equals("json_schema");
        ScriptedModel.Say say =
                ScriptedModel.say(OpenAiWire.text(last.path("content")), result, said.path("tools"), json);
        if (said.path("stream").asBoolean()) {
            stream(request.response(), say);
        } else {
            ScriptedModel.json(request.response(), whole(say).toString());
        }
        return true;
    }

    private static ObjectNode message(String stopReason) {
        ObjectNode message = JSON.createObjectNode()
                .put("id", "msg_up")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "m")
                .put("stop_reason", stopReason)
                .putNull("stop_sequence");
        message.putArray("content");
        message.putObject("usage").put("input_tokens", 7).put("output_tokens", 3);
        return message;
    }

    private static ObjectNode whole(ScriptedModel.Say say) {
        return switch (say) {
            case ScriptedModel.Say.Text text -> {
                ObjectNode message = message("end_turn");
                message.withArray("content").addObject().put("type", "text").put("text", text.whole());
                yield message;
            }
            case ScriptedModel.Say.CallTool call -> {
                ObjectNode message = message("tool_use");
                ObjectNode use = message.withArray("content")
                        .addObject()
                        .put("type", "tool_use")
                        .put("id", "toolu_1")
                        .put("name", call.name());
                use.set("input", ScriptedModel.tree(call.arguments()));
                yield message;
            }
        };
    }

    private static void stream(HttpServerResponse response, ScriptedModel.Say say) {
        response.setChunked(true).putHeader("content-type", "text/event-stream");
        ObjectNode start = JSON.createObjectNode();
        start.set("message", message(null));
        event(response, "message_start", start);
        event(response, "ping", JSON.createObjectNode());
        ObjectNode block = JSON.createObjectNode().put("index", 0);
        switch (say) {
            case ScriptedModel.Say.Text text -> {
                block.putObject("content_block").put("type", "text").put("text", "");
                event(response, "content_block_start", block);
                text.pieces().forEach(piece -> delta(response, "text_delta", "text", piece));
            }
            case ScriptedModel.Say.CallTool call -> {
                block.putObject("content_block")
                        .put("type", "tool_use")
                        .put("id", "toolu_1")
                        .put("name", call.name())
                        .putObject("input");
                event(response, "content_block_start", block);
                delta(response, "input_json_delta", "partial_json", "");
                delta(
                        response,
                        "input_json_delta",
                        "partial_json",
                        call.arguments().substring(0, 4));
                delta(
                        response,
                        "input_json_delta",
                        "partial_json",
                        call.arguments().substring(4));
            }
        }
        event(response, "content_block_stop", JSON.createObjectNode().put("index", 0));
        ObjectNode end = JSON.createObjectNode();
        end.putObject("delta")
                .put("stop_reason", say instanceof ScriptedModel.Say.CallTool ? "tool_use" : "end_turn")
                .putNull("stop_sequence");
        end.putObject("usage").put("output_tokens", 3);
        event(response, "message_delta", end);
        event(response, "message_stop", JSON.createObjectNode());
        response.end();
    }

    private static void delta(HttpServerResponse response, String type, String member, String piece) {
        ObjectNode delta = JSON.createObjectNode().put("index", 0);
        delta.putObject("delta").put("type", type).put(member, piece);
        event(response, "content_block_delta", delta);
    }

    private static void event(HttpServerResponse response, String type, ObjectNode rest) {
        ObjectNode data = JSON.createObjectNode().put("type", type);
        data.setAll(rest);
        response.write("event: " + type + "\ndata: " + data + "\n\n");
    }
}
