package dev.parley.chat.openai;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;

/** Members a request must have, checked without reading them. */
public final class Required {
    private Required() {}

    public static String model(JsonBody body) {
        String model = body.string("model").orElseThrow(() -> missing("model"));
        if (model.isBlank()) {
            throw ChatFailure.badRequest("model", "Invalid 'model': it must not be empty; name a model of /v1/models.");
        }
        return model;
    }

    public static void present(JsonBody body, String name) {
        if (!body.has(name)) {
            throw missing(name);
        }
    }

    /** An object, if it is there; found before anything is sent. */
    static void streamOptions(JsonBody body) {
        body.member("stream_options")
                .map(RawJson::text)
                .filter(text -> !text.startsWith("{") && !text.equals("null"))
                .ifPresent(text -> {
                    throw ChatFailure.badRequest(
                            "stream_options", "Invalid type for 'stream_options': expected an object.");
                });
    }

    private static ChatFailure missing(String name) {
        return ChatFailure.badRequest(name, "Missing required parameter: '" + name + "'.");
    }
}
