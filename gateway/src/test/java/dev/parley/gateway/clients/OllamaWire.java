package dev.parley.gateway.clients;

import static dev.parley.gateway.clients.ScriptedModel.JSON;
import static dev.parley.gateway.clients.ScriptedModel.need;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** The scripted model as an Ollama server. */
final class OllamaWire {
    private OllamaWire() {}

    static boolean answer(HttpServerRequest request, JsonNode said) {
        need(said.path("model").asText().equals("m"), "model is not the upstream name");
        JsonNode messages = said.path("messages");
        JsonNode last = messages.get(messages.size() - 1);
        messages.forEach(message ->
                need(message.path("content").isTextual() || message.has("tool_calls"), "content must be a string"));
        messages.forEach(message -> message.path("tool_calls")
                .forEach(call -> need(call.at("/function/arguments").isObject(), "arguments must be an object")));
        Optional<String> result = last.path("role").asText().equals("tool")
                ? Optional.of(last.path("content").asText())
                : Optional.empty();
        String user = "";
        for (JsonNode message : messages) {
            user = message.path("role").asText().equals("user")
                    ? message.path("content").asText()
                    : user;
        }
        ScriptedModel.Say say = ScriptedModel.say(
                user, result, said.path("tools"), said.path("format").isObject());
        boolean stream = !said.has("stream") || said.path("stream").asBoolean();
        HttpServerResponse response = request.response();
        response.putHeader("content-type", stream ? "application/x-ndjson" : "application/json")
                .setChunked(true);
        switch (say) {
            case ScriptedModel.Say.Text text
            when stream -> {
                text.pieces().forEach(piece -> response.write(line(piece, false) + "\n"));
                response.end(line("", true) + "\n");
            }
            case ScriptedModel.Say.Text text ->
                response.end(line(text.whole(), true).toString());
            case ScriptedModel.Say.CallTool call -> {
                ObjectNode line = line("", !stream);
                ObjectNode function = ((ObjectNode) line.path("message"))
                        .putArray("tool_calls")
                        .addObject()
                        .putObject("function");
                function.put("name", call.name()).set("arguments", ScriptedModel.tree(call.arguments()));
                response.end(stream ? line + "\n" + line("", true) + "\n" : line.toString());
            }
        }
        return true;
    }

    static boolean generate(HttpServerRequest request, JsonNode said) {
        need(said.path("model").asText().equals("m"), "model is not the upstream name");
        need(!said.path("stream").asBoolean(true), "only whole answers are scripted here");
        ScriptedModel.Say say =
                ScriptedModel.say(said.path("prompt").asText(), Optional.empty(), said.path("tools"), false);
        ObjectNode line = line("", true);
        line.remove("message");
        line.put("response", ((ScriptedModel.Say.Text) say).whole());
        ScriptedModel.json(request.response(), line.toString());
        return true;
    }

    private static ObjectNode line(String content, boolean done) {
        ObjectNode line = JSON.createObjectNode().put("model", "m").put("created_at", "2026-11-24T00:00:00Z");
        line.putObject("message").put("role", "assistant").put("content", content);
        line.put("done", done);
        if (done) {
            line.put("done_reason", "stop")
                    .put("total_duration", 5)
                    .put("load_duration", 1)
                    .put("prompt_eval_count", 7);
            line.put("prompt_eval_duration", 1).put("eval_count", 3).put("eval_duration", 1);
        }
        return line;
    }
}
