package dev.parley.moe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads calibrated sets of experts: {@code NAME.experts.json} beside the models, as {@code parley moe experts} writes it. */
final class ExpertSets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REMEDY = "Make it anew with 'parley moe experts', or remove it";

    private ExpertSets() {}

    /**
     * Throws {@link GgufException} for a file that does not fit its model.
     *
     * @param folder of the models, empty for those shipped
     */
    static Map<String, Map<String, ExpertRules.ExpertSet>> read(String folder, Map<String, Model> models) {
        Map<String, Map<String, ExpertRules.ExpertSet>> all = new HashMap<>();
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

    static Map<String, ExpertRules.ExpertSet> parse(String file, String text, ModelShape shape) {
        Map<String, ExpertRules.ExpertSet> sets = new HashMap<>();
        try {
            for (Map.Entry<String, JsonNode> set :
                    JSON.readTree(text).path("sets").properties()) {
                sets.put(set.getKey(), set(file, set.getKey(), set.getValue(), shape));
            }
        } catch (JsonProcessingException e) {
            throw new GgufException(file, "file", "it is no JSON", REMEDY);
        }
        return Map.copyOf(sets);
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
