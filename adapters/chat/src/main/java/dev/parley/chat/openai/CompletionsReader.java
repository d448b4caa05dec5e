package dev.parley.chat.openai;

import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.chat.json.JsonView;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a completion request as a chat of one user turn. What only a raw model can do is refused; a relay never comes here. */
final class CompletionsReader {
    private static final String LOGPROBS = "logprobs";
    private static final int MOST_LOGPROBS = 20;
    private static final Set<String> KNOWN = known();

    private CompletionsReader() {}

    static Conversation read(JsonBody body) {
        JsonView request = JsonView.of(body);
        refuse(request, "suffix");
        request.get("best_of").filter(best -> best.integer() > 1).ifPresent(best -> {
            throw best.fault("'best_of' above 1 is not possible with this model; leave it out.");
        });
        Map<Setting, RawJson> settings = SettingsReader.read(request, Set.of(LOGPROBS, "top_logprobs"));
        request.get(LOGPROBS).ifPresent(count -> {
            SettingsReader.whole(0, MOST_LOGPROBS).accept(count);
            settings.put(Setting.LOGPROBS, new RawJson("true"));
            settings.put(Setting.TOP_LOGPROBS, count.raw());
        });
        return new Conversation(
                List.of(Turn.text(Turn.Role.USER, prompt(request))),
                List.of(),
                new ToolChoice.Unset(),
                new OutputFormat.FreeText(),
                settings,
                request.extras(KNOWN));
    }

    /** The one prompt. */
    private static String prompt(JsonView request) {
        JsonView prompt = request.need("prompt");
        if (prompt.isString()) {
            return prompt.string();
        }
        List<JsonView> items = prompt.items();
        if (items.size() != 1) {
            throw prompt.fault("This model takes one prompt a request; send a request for each.");
        }
        if (!items.getFirst().isString()) {
            throw prompt.fault("This model takes no token ids; send the prompt as a string.");
        }
        return items.getFirst().string();
    }

    /** The prompt if the answer must begin with it; empty otherwise. */
    static String echo(JsonBody body) {
        return body.flag("echo") ? prompt(JsonView.of(body)) : "";
    }

    private static void refuse(JsonView request, String name) {
        request.get(name).ifPresent(value -> {
            throw value.fault("'" + name + "' is not possible with this model; leave it out.");
        });
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(SettingsReader.names());
        known.addAll(RelayEdit.OURS);
        known.addAll(Set.of("model", "prompt", "stream", "stream_options", "suffix", "best_of", "echo"));
        return Set.copyOf(known);
    }
}
