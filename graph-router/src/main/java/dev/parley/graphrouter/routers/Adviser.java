package dev.parley.graphrouter.routers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A language model is told what each model is for and names up to three that suit, or none: a new model needs a description and
 * nothing else. Asking it takes a call, so this router does not predict by itself: whoever can call asks {@link #model} with {@link
 * #instructions} and predicts with {@link #advised}. Unasked, it is the graph. Source: TCAndon-Router (arXiv 2601.04544). Thread-safe.
 */
public final class Adviser implements Router {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TASK = """
            You are a router. Below are the models that could answer, with what each is for. You will be shown a conversation: \
            do not answer it. Name the model that answers its last message best; name up to three, best first, only if they suit \
            equally well; name oos if the message is out of the scope of all of them. Reply in this form and with nothing else:
            """;

    private static final String TAGS = """
            <Reason>one short sentence</Reason>
            <ID>id of the model, or oos</ID>

            """;
    private static final String JSON = """
            {"reason": "one short sentence", "models": ["id of the model, or oos"]}

            """;
    private static final int REASON_CHARS = 160; // so that the models named behind it have room

    /** In which an answer of this form has room. */
    public static final int ADVICE_TOKENS = 200;

    private static final int STRENGTHS = 4;

    private final RouterSpec.Advised spec;
    private final GraphPlanner graph;

    Adviser(RouterSpec.Advised spec, GraphPlanner graph) {
        this.spec = spec;
        this.graph = graph;
    }

    @Override
    public String name() {
        return spec.id();
    }

    /** Who is asked. */
    public ModelId model() {
        return spec.model();
    }

    /** How long its advice may take. */
    public Duration deadline() {
        return spec.deadline();
    }

    /**
     * What to tell it before the conversation: the same for all requests with these candidates, so that servers can cache it.
     *
     * @param held to {@link #schema}; without, the form is tags, which models write more readily of themselves
     */
    public String instructions(List<ModelSpec> candidates, boolean held) {
        StringBuilder text = new StringBuilder(TASK).append(held ? JSON : TAGS);
        for (ModelSpec model : candidates) {
            text.append("<Model><ID>").append(model.id()).append("</ID><Description>");
            text.append(description(model)).append("</Description></Model>\n");
        }
        return text.toString();
    }

    /** A JSON schema of its answer, for a model that can be held to one: it cannot but name candidates, however small it is. */
    public static String schema(List<ModelSpec> candidates) {
        ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
        ObjectNode members = schema.putObject("properties");
        members.putObject("reason").put("type", "string").put("maxLength", REASON_CHARS);
        ObjectNode models = members.putObject("models")
                .put("type", "array")
                .put("minItems", 1)
                .put("maxItems", Advice.MOST);
        ArrayNode ids = models.putObject("items").put("type", "string").putArray("enum");
        candidates.forEach(model -> ids.add(model.id().value()));
        ids.add(Advice.OUT_OF_SCOPE);
        schema.putArray("required").add("reason").add("models");
        return schema.put("additionalProperties", false).toString();
    }

    /** The conversation as it is shown: one text, so that no model takes it for its own. */
    public static String shown(List<String> turns) {
        return turns.stream()
                .map(turn -> turn + "\n\n")
                .collect(Collectors.joining("", "<Conversation>\n", "</Conversation>"));
    }

    /** A model without a description is told by its outcomes; without those, by what its card says it is best at. */
    private String description(ModelSpec model) {
        String declared = model.card().description().strip();
        return declared.isEmpty() ? Strengths.of(graph.graph(), model.id()).orElseGet(() -> onCard(model)) : declared;
    }

    private static String onCard(ModelSpec model) {
        String best = model.card().qualityByTask().entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(STRENGTHS)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return best.isEmpty() ? "a general model" : "best at " + best;
    }

    /** Nobody was asked: the graph's word. */
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        return graph.forecast(query, features, candidates);
    }

    /** A router for the one request whose conversation was answered so. */
    public Router advised(Advice advice) {
        return new Advised(advice);
    }

    /** Follows the advice as far as its models can serve the request. */
    private final class Advised implements Router {
        private final List<ModelId> named;
        private final String evidence;

        Advised(Advice advice) {
            boolean none = advice.models().isEmpty();
            this.named = none ? spec.outOfScope().stream().toList() : advice.models();
            this.evidence = none ? "out of the scope of all, says " + spec.model() : "named by " + spec.model();
        }

        @Override
        public String name() {
            return spec.id();
        }

        @Override
        public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
            Forecast base = graph.forecast(query, features, candidates);
            double[] liking =
                    candidates.stream().mapToDouble(model -> liking(model.id())).toArray();
            for (double like : liking) {
                if (like != Overlay.DISLIKED) {
                    return Overlay.preferring(spec.id(), base, liking, evidence);
                }
            }
            return base;
        }

        private double liking(ModelId model) {
            int place = named.indexOf(model);
            return place < 0 ? Overlay.DISLIKED : -place;
        }
    }
}
