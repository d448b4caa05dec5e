package dev.parley.moe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.remix.GateReferences;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads calibrated sets of experts and references for re-mixing: {@code NAME.experts.json} beside the models, as {@code parley moe experts} writes it. */
final class ExpertSets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REMEDY = "Make it anew with 'parley moe experts', or remove it";

    private ExpertSets() {}

    /**
     * Throws {@link GgufException} for a file that does not fit its model.
     *
     * @param folder of the models, empty for those shipped
     */
    static Map<String, Calibration> read(String folder, Map<String, Model> models) {
        Map<String, Calibration> all = new HashMap<>();
        models.forEach((name, model) -> {
            String file = name.replace('/', '_') + ".experts.json";
            String text = folder.isEmpty() ? shipped(file) : beside(Path.of(folder, file));
            if (!text.isEmpty()) {
                all.put(name, parse(file, text, model.shape()));
            }
        });
        return Map.copyOf(all);
    }

    private static String shipped(String file) {
        try (InputStream in = ExpertSets.class.getResourceAsStream("models/" + file)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The shipped " + file + " cannot be read", e);
        }
    }

    private static String beside(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    static Calibration parse(String file, String text, ModelShape shape) {
        Map<String, ExpertRules.ExpertSet> sets = new HashMap<>();
        try {
            JsonNode root = JSON.readTree(text);
            for (Map.Entry<String, JsonNode> set : root.path("sets").properties()) {
                sets.put(set.getKey(), set(file, set.getKey(), set.getValue(), shape));
            }
            return new Calibration(sets, references(file, root.path("references"), shape));
        } catch (JsonProcessingException e) {
            throw new GgufException(file, "file", "it is no JSON", REMEDY);
        }
    }

    private static Optional<GateReferences> references(String file, JsonNode json, ModelShape shape) {
        Map<Integer, float[][]> rows = new HashMap<>();
        for (Map.Entry<String, JsonNode> layer : json.properties()) {
            String name = layer.getKey();
            int n = name.matches("\\d{1,4}") ? Integer.parseInt(name) : shape.layers();
            float[][] masses = new float[layer.getValue().size()][];
            for (int i = 0; i < masses.length; i++) {
                masses[i] = mass(layer.getValue().get(i), shape.experts());
            }
            boolean whole = Arrays.stream(masses).allMatch(mass -> mass.length > 0);
            if (n >= shape.layers() || masses.length == 0 || !whole) {
                throw new GgufException(file, "references", "layer " + name + " does not fit", REMEDY);
            }
            rows.put(n, masses);
        }
        return rows.isEmpty() ? Optional.empty() : Optional.of(new GateReferences(rows));
    }

    /** Of parts of any sum above 0; empty if it does not fit. */
    private static float[] mass(JsonNode json, int experts) {
        float[] mass = new float[json.size()];
        float sum = 0;
        for (int e = 0; e < mass.length; e++) {
            mass[e] = (float) json.get(e).asDouble(-1);
            if (!(mass[e] >= 0 && mass[e] <= 1e6)) {
                return new float[0];
            }
            sum += mass[e];
        }
        if (mass.length != experts || sum <= 0) {
            return new float[0];
        }
        for (int e = 0; e < mass.length; e++) {
            mass[e] /= sum;
        }
        return mass;
    }

    private static ExpertRules.ExpertSet set(String file, String name, JsonNode json, ModelShape shape) {
        List<List<Integer>> layers = new ArrayList<>();
        for (JsonNode layer : json.path("layers")) {
            List<Integer> kept = new ArrayList<>();
            layer.forEach(expert -> kept.add(expert.asInt(-1)));
            if (kept.isEmpty() || kept.stream().anyMatch(e -> e < 0 || e >= shape.experts())) {
                throw new GgufException(file, "set " + name, "its layer " + layers.size() + " does not fit", REMEDY);
            }
            layers.add(List.copyOf(kept));
        }
        if (layers.size() != shape.layers()) {
            String fault = "it has " + layers.size() + " layers, the model " + shape.layers();
            throw new GgufException(file, "set " + name, fault, REMEDY);
        }
        return new ExpertRules.ExpertSet(json.path("share").asDouble(), layers);
    }
}
