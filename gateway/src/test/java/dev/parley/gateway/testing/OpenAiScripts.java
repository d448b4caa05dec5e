package dev.parley.gateway.testing;

/** What an OpenAI-compatible server says, as scripts for {@link MockUpstream}. */
public final class OpenAiScripts {
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}";

    private OpenAiScripts() {}

    /** A whole answer. */
    public static Script answer(String text) {
        return Script.json("{\"id\":\"chatcmpl-up\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"up\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]," + USAGE + "}");
    }

    /** A streamed answer, whole. */
    public static Script stream(String... pieces) {
        Script script = Script.stream();
        for (String piece : pieces) {
            script = script.chunk(piece(piece));
        }
        return script.chunk(ending()).end();
    }

    /** One event with a piece of text. */
    public static String piece(String text) {
        return event(
                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + text + "\"},\"finish_reason\":null}");
    }

    /** The last events of a stream. */
    public static String ending() {
        return event("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}")
                + "data: {\"id\":\"chatcmpl-up\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"up\","
                + "\"choices\":[]," + USAGE + "}\n\n" + "data: [DONE]\n\n";
    }

    private static String event(String choice) {
        return "data: {\"id\":\"chatcmpl-up\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"up\","
                + "\"choices\":[" + choice + "]}\n\n";
    }

    /** A fault of the server. */
    public static Script fault(int status) {
        return Script.answer(
                status,
                "application/json",
                "{\"error\":{\"message\":\"scripted fault\",\"type\":\"server_error\",\"param\":null,\"code\":null}}");
    }
}
