package dev.parley.gateway.clients;

import static dev.parley.gateway.clients.ScriptedModel.JSON;
import static dev.parley.gateway.clients.ScriptedModel.need;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** The scripted model as an OpenAI-type server. */
final class OpenAiWire {
    private OpenAiWire() {}

    static boolean answer(HttpServerRequest request, JsonNode said) {
        need(said.path("model").asText().equals("m"), "model is not the upstream name");
        need(!said.has("gateway"), "the gateway's own member leaked");
        boolean stream = said.path("stream").asBoolean();
        need(stream || !said.has("stream_options"), "stream_options without stream");
        JsonNode messages = said.path("messages");
        JsonNode last = messages.get(messages.size() - 1);
        String user = text(lastOf(messages, "user").path("content"));
        if (user.contains("Be overloaded")) {
            ScriptedModel.refuse(request, 500, "internal detail");
            return true;
        }
        Optional<String> tool =
                last.path("role").asText().equals("tool") ? Optional.of(text(last.path("content"))) : Optional.empty();
        tool.ifPresent(t -> need(
                lastOf(messages, "assistant").at("/tool_calls/0/id").equals(last.path("tool_call_id")),
                "the tool message answers no call"));
        boolean json = said.at("/response_format/type").asText().startsWith("json")
                && said.at("/response_format/json_schema/schema/properties").has("people");
        ScriptedModel.Say say = ScriptedModel.say(user, tool, said.path("tools"), json);
        if (stream) {
            stream(
                    request.response(),
                    say,
                    said.at("/stream_options/include_usage").asBoolean());
        } else {
            ScriptedModel.json(request.response(), whole(say).toString());
        }
        return true;
    }

    private static JsonNode lastOf(JsonNode messages, String role) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asText().equals(role)) {
                return messages.get(i);
            }
        }
        throw new IllegalArgumentException("no message of role " + role);
    }

    static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private static ObjectNode head(String object) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-up")
                .put("object", object)
                .put("created", 1)
                .put("model", "m");
    }

    private static ObjectNode whole(ScriptedModel.Say say) {
        ObjectNode answer = head("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        ObjectNode message =
                choice.putObject("message").put("role", "assistant").putNull("refusal");
        switch (say) {
            case ScriptedModel.Say.Text text -> message.put("content", text.whole());
            case ScriptedModel.Say.CallTool call -> {
                message.putNull("content");
                ObjectNode tool = message.putArray("tool_calls")
                        .addObject()
                        .put("id", "call_1")
                        .put("type", "function");
                tool.putObject("function").put("name", call.name()).put("arguments", call.arguments());
            }
        }
        choice.putNull("logprobs").put("finish_reason", finish(say));
        answer.putObject("usage")
                .put("prompt_tokens", 7)
                .put("completion_tokens", 3)
                .put("total_tokens", 10);
        return answer;
    }

    private static String finish(ScriptedModel.Say say) {
        return say instanceof ScriptedModel.Say.CallTool ? "tool_calls" : "stop";
    }

    private static void stream(HttpServerResponse response, ScriptedModel.Say say, boolean usage) {
        response.setChunked(true).putHeader("content-type", "text/event-stream");
        event(response, JSON.createObjectNode().put("role", "assistant").put("content", ""), null);
        switch (say) {
            case ScriptedModel.Say.Text text ->
                text.pieces()
                        .forEach(
                                piece -> event(response, JSON.createObjectNode().put("content", piece), null));
            case ScriptedModel.Say.CallTool call -> {
                event(response, tool(0, call.name(), ""), null);
                event(response, tool(-1, "", call.arguments().substring(0, 5)), null);
                event(response, tool(-1, "", call.arguments().substring(5)), null);
            }
        }
        event(response, JSON.createObjectNode(), finish(say));
        if (usage) {
            ObjectNode last = head("chat.completion.chunk");
            last.putArray("choices");
            last.putObject("usage")
                    .put("prompt_tokens", 7)
                    .put("completion_tokens", 3)
                    .put("total_tokens", 10);
            response.write("data: " + last + "\n\n");
        }
        response.end("data: [DONE]\n\n");
    }

    private static ObjectNode tool(int first, String name, String arguments) {
        ObjectNode delta = JSON.createObjectNode();
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", 0);
        if (first == 0) {
            call.put("id", "call_1").put("type", "function");
            call.putObject("function").put("name", name).put("arguments", arguments);
        } else {
            call.putObject("function").put("arguments", arguments);
        }
        return delta;
    }

    private static void event(HttpServerResponse response, ObjectNode delta, String finish) {
        ObjectNode chunk = head("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        response.write("data: " + chunk + "\n\n");
    }
}
