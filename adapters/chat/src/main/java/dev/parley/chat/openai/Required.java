package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;

/** Members a request must have, checked without reading them. */
final class Required {
    private Required() {}

    static String model(JsonBody body) {
        String model = body.string("model").orElseThrow(() -> missing("model"));
        if (model.isBlank()) {
            throw ChatFailure.badRequest("model", "Invalid 'model': it must not be empty; name a model of /v1/models.");
        }
        return model;
    }

    static void present(JsonBody body, String name) {
        if (!body.names().contains(name)) {
            throw missing(name);
        }
    }

    private static ChatFailure missing(String name) {
        return ChatFailure.badRequest(name, "Missing required parameter: '" + name + "'.");
    }
}
