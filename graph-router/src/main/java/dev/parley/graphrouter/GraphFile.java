package dev.parley.graphrouter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.graphrouter.RoutingGraph.Anchors;
import dev.parley.graphrouter.RoutingGraph.Tuning;
import dev.parley.graphrouter.calibrate.Curve;
import dev.parley.graphrouter.calibrate.HeldOut;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.head.Head;
import dev.parley.graphrouter.head.LowRank;
import dev.parley.graphrouter.head.Newcomer;
import dev.parley.graphrouter.head.TaskClassifier;
import dev.parley.graphrouter.head.WordBag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A routing graph as a file: a JSON object; embeddings as base64 of 8-bit values with a scale per anchor, the lexicon likewise with one scale; statistics as
 * base64 of little-endian half floats, latency in seconds. Its {@code id} is a digest of everything else, checked on reading. Stateless.
 */
public final class GraphFile {
    private static final String FORMAT = "parley-routing-graph";
    private static final int VERSION = 7;
    private static final ObjectMapper JSON = new ObjectMapper();

    private GraphFile() {}

    /** The file; the graph's own id is replaced by the digest. */
    public static byte[] write(RoutingGraph graph) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("version", VERSION).put("encoder", graph.encoder());
        graph.tasks().forEach(root.putArray("tasks")::add);
        graph.models().forEach(root.putArray("models")::add);
        Tuning tuning = graph.tuning();
        root.putObject("tuning")
                .put("sharpness", tuning.sharpness())
                .put("shrinkage", tuning.shrinkage())
                .put("near_cosine", tuning.nearCosine())
                .put("far_cosine", tuning.farCosine());
        Anchors anchors = graph.anchors();
        root.putObject("anchors")
                .put("count", anchors.count())
                .put("dimension", anchors.dimension())
                .put("embeddings", FloatCodec.bytes(anchors.embeddings(), anchors.dimension()))
                .put("membership", FloatCodec.halves(anchors.membership()));
        edges(root.putObject("anchor_models"), graph.anchorModels());
        edges(root.putObject("task_models"), graph.taskModels());
        root.put(
                "lexicon",
                FloatCodec.bytes(graph.lexicon().weights(), graph.lexicon().weights().length));
        head(root.putObject("head"), graph);
        newcomers(root.putArray("newcomers"), graph.newcomers());
        recalibration(root.putObject("recalibration"), graph.recalibration());
        root.put("id", digest(root));
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a routing graph cannot be written", e);
        }
    }

    private static void head(ObjectNode node, RoutingGraph graph) {
        Head head = graph.head();
        if (!head.isEmpty()) {
            node.put(
                            "directions",
                            FloatCodec.bytes(
                                    head.classifier().directions(),
                                    graph.anchors().dimension()))
                    .put(
                            "words",
                            FloatCodec.bytes(
                                    head.classifier().words(), head.classifier().tasks()));
            regression(node.putObject("quality"), head.quality());
            regression(node.putObject("tokens"), head.tokens());
        }
    }

    private static void newcomers(ArrayNode node, List<Newcomer> newcomers) {
        newcomers.forEach(newcomer -> node.addObject()
                .put("model", newcomer.model())
                .put("probes", newcomer.probes())
                .put("weights", FloatCodec.halves(newcomer.weights()))
                .put("length", newcomer.length())
                .put("seconds", newcomer.seconds()));
    }

    private static void recalibration(ObjectNode node, Recalibration recalibration) {
        if (!recalibration.isNone()) {
            ArrayNode models = node.putArray("models");
            recalibration.models().forEach(curve -> curve(models.addObject(), curve));
            ArrayNode tasks = node.putArray("tasks");
            recalibration.tasks().forEach(curve -> curve(tasks.addObject(), curve));
            curve(node.putObject("overall"), recalibration.overall());
            curve(node.putObject("demand"), recalibration.demand());
            HeldOut heldOut = recalibration.heldOut();
            node.putObject("held_out")
                    .put("models", heldOut.models())
                    .put("input_tokens", FloatCodec.halves(heldOut.inputTokens()))
                    .put("quality", FloatCodec.halves(heldOut.quality()))
                    .put("output_tokens", FloatCodec.halves(heldOut.outputTokens()))
                    .put("score", FloatCodec.halves(heldOut.score()))
                    .put("used_tokens", FloatCodec.halves(heldOut.usedTokens()))
                    .put("doubt", FloatCodec.halves(heldOut.doubt()));
        }
    }

    private static void curve(ObjectNode node, Curve curve) {
        node.put("from", FloatCodec.halves(curve.from())).put("to", FloatCodec.halves(curve.to()));
    }

    private static void regression(ObjectNode node, LowRank regression) {
        node.put("components", regression.components())
                .put("inward", FloatCodec.halves(regression.inward()))
                .put("outward", FloatCodec.halves(regression.outward()));
    }

    private static void edges(ObjectNode node, EdgeStats edges) {
        node.put("n", FloatCodec.halves(edges.n()))
                .put("quality", FloatCodec.halves(edges.quality()))
                .put("tokens", FloatCodec.halves(edges.tokens()))
                .put("seconds", FloatCodec.halves(edges.seconds()));
    }

    /** Throws IllegalArgumentException, naming source and place, if anything is missing, out of range or altered. */
    public static RoutingGraph read(byte[] file, String source) {
        try {
            if (!(JSON.readTree(file) instanceof ObjectNode root)) {
                throw new IllegalArgumentException("not a JSON object");
            }
            return graph(root);
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new IllegalArgumentException(
                    "routing graph " + source + " is not valid: " + why + "; make it anew with `parley calibrate`", e);
        }
    }

    private static RoutingGraph graph(ObjectNode root) {
        if (!FORMAT.equals(root.path("format").asText())
                || !readable(root.path("version").asInt())) {
            throw new IllegalArgumentException("format: " + FORMAT + ", version " + VERSION + " expected, but found "
                    + root.path("format") + ", version " + root.path("version"));
        }
        String id = root.path("id").asText();
        if (!id.equals(digest(root))) {
            throw new IllegalArgumentException("id: the content is not what it was written with (damaged or edited)");
        }
        List<String> tasks = names(root, "tasks");
        List<String> models = names(root, "models");
        JsonNode anchors = object(root, "anchors");
        JsonNode tuning = object(root, "tuning");
        int count = whole(anchors, "count");
        return new RoutingGraph(
                id,
                root.path("encoder").asText(),
                tasks,
                models,
                anchors(anchors, count, tasks.size()),
                edges(object(root, "anchor_models"), count, models.size()),
                edges(object(root, "task_models"), tasks.size(), models.size()),
                lexicon(text(root, "lexicon"), tasks.size()),
                head(root.path("head"), whole(anchors, "dimension"), tasks.size(), models.size()),
                newcomers(
                        root.path("newcomers"),
                        Newcomer.count(models.size(), tasks.size(), whole(anchors, "dimension"))),
                recalibration(root.path("recalibration")),
                new Tuning(
                        tuning.path("sharpness").asDouble(),
                        tuning.path("shrinkage").asDouble(),
                        tuning.path("near_cosine").asDouble(),
                        tuning.path("far_cosine").asDouble()));
    }

    /** Version 6 is the same without newcomers, version 5 without doubts too, version 4 without held-out outcomes, version 3 without recalibration, version 2 without a head. */
    private static boolean readable(int version) {
        return version >= 2 && version <= VERSION;
    }

    private static List<Newcomer> newcomers(JsonNode array, int weights) {
        List<Newcomer> newcomers = new ArrayList<>();
        array.forEach(node -> newcomers.add(new Newcomer(
                node.path("model").asText(),
                whole(node, "probes"),
                FloatCodec.fromHalves(text(node, "weights"), weights, "newcomers.weights"),
                node.path("length").asDouble(),
                node.path("seconds").asDouble())));
        return newcomers;
    }

    private static Recalibration recalibration(JsonNode node) {
        if (node.isEmpty()) { // too few outcomes, or an older file
            return Recalibration.NONE;
        }
        return new Recalibration(
                curves(node, "models"),
                curves(node, "tasks"),
                curve(object(node, "overall")),
                curve(object(node, "demand")),
                heldOut(node.path("held_out")));
    }

    private static HeldOut heldOut(JsonNode node) {
        if (node.isEmpty()) { // an older file
            return HeldOut.NONE;
        }
        HeldOut undoubted = new HeldOut(
                whole(node, "models"),
                FloatCodec.fromHalves(text(node, "input_tokens"), -1, "held_out.input_tokens"),
                FloatCodec.fromHalves(text(node, "quality"), -1, "held_out.quality"),
                FloatCodec.fromHalves(text(node, "output_tokens"), -1, "held_out.output_tokens"),
                FloatCodec.fromHalves(text(node, "score"), -1, "held_out.score"),
                FloatCodec.fromHalves(text(node, "used_tokens"), -1, "held_out.used_tokens"));
        return node.has("doubt")
                ? undoubted.doubting(FloatCodec.fromHalves(text(node, "doubt"), -1, "held_out.doubt"))
                : undoubted;
    }

    private static List<Curve> curves(JsonNode node, String key) {
        if (!(node.path(key) instanceof ArrayNode array)) {
            throw new IllegalArgumentException("recalibration." + key + ": a list is missing");
        }
        List<Curve> curves = new ArrayList<>();
        array.forEach(curve -> curves.add(curve(curve)));
        return curves;
    }

    private static Curve curve(JsonNode node) {
        return new Curve(
                FloatCodec.fromHalves(text(node, "from"), -1, "recalibration.from"),
                FloatCodec.fromHalves(text(node, "to"), -1, "recalibration.to"));
    }

    private static Anchors anchors(JsonNode node, int count, int tasks) {
        int dimension = whole(node, "dimension");
        if (count > RoutingGraph.MAX_ANCHORS || dimension > 8192) {
            throw new IllegalArgumentException("anchors: " + count + " x " + dimension + " is too large");
        }
        return new Anchors(
                count,
                dimension,
                FloatCodec.fromBytes(text(node, "embeddings"), count, dimension, "anchors.embeddings"),
                FloatCodec.fromHalves(text(node, "membership"), count * tasks, "anchors.membership"));
    }

    private static Lexicon lexicon(String text, int tasks) {
        return text.isEmpty()
                ? Lexicon.none(tasks)
                : new Lexicon(tasks, FloatCodec.fromBytes(text, 1, Lexicon.BUCKETS * tasks, "lexicon"));
    }

    private static Head head(JsonNode node, int dimension, int tasks, int models) {
        if (node.isEmpty()) { // too few outcomes, or an older file
            return Head.none();
        }
        int inputs = Head.inputs(dimension, tasks);
        return new Head(
                new TaskClassifier(
                        tasks,
                        FloatCodec.fromBytes(text(node, "directions"), tasks, dimension, "head.directions"),
                        FloatCodec.fromBytes(text(node, "words"), WordBag.BUCKETS, tasks, "head.words")),
                regression(object(node, "quality"), inputs, models),
                regression(object(node, "tokens"), inputs, models));
    }

    private static LowRank regression(JsonNode node, int inputs, int models) {
        int components = whole(node, "components");
        return new LowRank(
                inputs,
                models,
                FloatCodec.fromHalves(text(node, "inward"), Math.multiplyExact(components, inputs + 1), "head.inward"),
                FloatCodec.fromHalves(text(node, "outward"), Math.multiplyExact(components, models), "head.outward"));
    }

    private static EdgeStats edges(JsonNode node, int from, int to) {
        int size = Math.multiplyExact(from, to);
        return new EdgeStats(
                from,
                to,
                FloatCodec.fromHalves(text(node, "n"), size, "n"),
                FloatCodec.fromHalves(text(node, "quality"), size, "quality"),
                FloatCodec.fromHalves(text(node, "tokens"), size, "tokens"),
                FloatCodec.fromHalves(text(node, "seconds"), size, "seconds"));
    }

    private static JsonNode object(JsonNode node, String key) {
        if (!node.path(key).isObject()) {
            throw new IllegalArgumentException(key + ": an object is missing");
        }
        return node.path(key);
    }

    private static String text(JsonNode node, String key) {
        if (!node.path(key).isTextual()) {
            throw new IllegalArgumentException(key + ": a base64 text is missing");
        }
        return node.path(key).asText();
    }

    private static int whole(JsonNode node, String key) {
        if (!node.path(key).isInt() || node.path(key).asInt() < 0) {
            throw new IllegalArgumentException(key + ": a whole number >= 0 is missing");
        }
        return node.path(key).asInt();
    }

    private static List<String> names(JsonNode root, String key) {
        if (!(root.path(key) instanceof ArrayNode array)) {
            throw new IllegalArgumentException(key + ": a list of names is missing");
        }
        List<String> names = new ArrayList<>();
        array.forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Of everything but the id, in the order of the keys. */
    static String digest(ObjectNode root) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            root.properties().stream()
                    .filter(entry -> !entry.getKey().equals("id"))
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .forEach(entry -> sha.update(
                            (entry.getKey() + "=" + entry.getValue() + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
