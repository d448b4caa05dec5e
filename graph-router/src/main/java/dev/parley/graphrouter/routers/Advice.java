package dev.parley.graphrouter.routers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an {@link Adviser}'s model said.
 *
 * @param models that suit, best first, at most three; none: out of the scope of all
 * @param reason in its words, which may repeat the conversation's; may be empty
 */
public record Advice(List<ModelId> models, String reason) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REASON = tag("Reason");
    private static final Pattern ID = tag("ID");
    static final String OUT_OF_SCOPE = "oos";
    static final int MOST = 3;
    private static final int LONGEST_REASON = 500;

    public Advice {
        models = List.copyOf(models);
    }

    /**
     * Reads its answer: JSON of {@link Adviser#schema}, tags in any case, or nothing but an id. Names that are no candidate's count nothing.
     *
     * @return empty if it can't be understood
     */
    public static Optional<Advice> read(String answer, List<ModelSpec> candidates) {
        JsonNode json = json(answer);
        List<String> named = new ArrayList<>();
        json.path("models").forEach(name -> named.add(name.asText()));
        List<String> names = named.isEmpty() ? texts(ID, answer) : named;
        List<ModelId> models = new ArrayList<>();
        boolean none = false;
        for (String name : names.isEmpty() ? List.of(answer.strip()) : names) {
            none |= name.equalsIgnoreCase(OUT_OF_SCOPE);
            candidates.stream()
                    .map(ModelSpec::id)
                    .filter(id -> id.value().equals(name) && !models.contains(id) && models.size() < MOST)
                    .forEach(models::add);
        }
        String reason = json.path("reason")
                .asText(texts(REASON, answer).stream().findFirst().orElse(""));
        return models.isEmpty() && !none
                ? Optional.empty()
                : Optional.of(new Advice(models, reason.substring(0, Math.min(reason.length(), LONGEST_REASON))));
    }

    private static JsonNode json(String answer) {
        try {
            return answer.strip().startsWith("{") ? JSON.readTree(answer) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Pattern tag(String name) {
        return Pattern.compile("<" + name + ">(.*?)</" + name + ">", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    private static List<String> texts(Pattern tag, String text) {
        return tag.matcher(text).results().map(found -> found.group(1).strip()).toList();
    }
}
