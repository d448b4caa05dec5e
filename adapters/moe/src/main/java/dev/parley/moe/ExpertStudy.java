package dev.parley.moe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.study.GateTrace;
import dev.parley.moe.engine.study.GreedyTrace;
import dev.parley.moe.engine.study.Locality;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Which experts a task needs (PreMoe, arXiv:2505.17639), and whether a model suits a cache of experts (arXiv:2505.16056), by what its
 * gates do with questions and their right answers; and what they do where the model itself answers rightly, for re-mixing. Takes some
 * milliseconds a question on a micro model. Not thread-safe.
 */
public final class ExpertStudy {
    /** Name of the set that all questions need together. */
    private static final String ALL = "all";

    private static final List<Integer> SEGMENTS = List.of(4, 16);
    private static final int MOST_TOKENS = 96; // of an answer
    private static final int MOST_CRITICAL = 5;
    private static final int MOST_REFERENCES = 256;

    private final Model model;
    private final Kernels kernels;
    private final ModelShape shape;
    private final BiPredicate<String, String> grader;
    private final Map<String, List<GateTrace>> traces = new TreeMap<>();
    private final Map<Integer, List<float[]>> references = new TreeMap<>(); // by layer, of each token [experts]
    private int questions;
    private int right;

    private ExpertStudy(Model model, Kernels kernels, BiPredicate<String, String> grader) {
        this.model = model;
        this.grader = grader;
        this.kernels = kernels;
        this.shape = model.shape();
    }

    /**
     * Throws {@link IllegalArgumentException} naming the models there are, or a model without experts.
     *
     * @param directory of GGUF files, or empty for the models shipped
     * @param grader whether an answer is as right as the expected one
     */
    public static ExpertStudy of(String directory, String name, BiPredicate<String, String> grader) {
        return of(directory, name, grader, Kernels.vector());
    }

    /** As {@link #of(String, String, BiPredicate)}; kernels that need no compiling are quicker for a few questions. */
    static ExpertStudy of(String directory, String name, BiPredicate<String, String> grader, Kernels kernels) {
        Map<String, Model> models =
                directory.isEmpty() ? ModelStore.shipped() : ModelStore.directory(Path.of(directory));
        Model model = models.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    "There is no model " + name + "; there are " + String.join(", ", models.keySet()) + ".");
        }
        if (model.shape().experts() == 0) {
            throw new IllegalArgumentException(name + " has no experts: there is nothing to choose.");
        }
        return new ExpertStudy(model, kernels, grader);
    }

    /** Reads one question with its answer. */
    public void add(String task, String prompt, String answer) {
        GateTrace trace = GateTrace.of(
                model,
                kernels,
                List.of(
                        new ChatMessage(ChatMessage.Role.USER, prompt),
                        new ChatMessage(ChatMessage.Role.ASSISTANT, answer)));
        traces.computeIfAbsent(task, t -> new ArrayList<>()).add(trace);
        questions++;
        GreedyTrace own =
                GreedyTrace.of(model, kernels, List.of(new ChatMessage(ChatMessage.Role.USER, prompt)), MOST_TOKENS);
        if (grader.test(own.answer(), answer)) {
            right++;
            keep(own);
        }
    }

    /** Critical are the last third of the layers, five at most: to mix earlier ones too was not worth it in C3PO. */
    private void keep(GreedyTrace own) {
        int last = shape.layers() - 1;
        int count = Math.min(MOST_CRITICAL, Math.ceilDiv(shape.layers(), 3));
        for (int n = last - count + 1; n <= last; n++) {
            // In the last layer only the experts of those tokens have a say that decide on the answer.
            List<float[]> masses = own.masses().get(n);
            int from = n == last ? own.prompt() - 1 : 0;
            if (!masses.isEmpty()) {
                references.computeIfAbsent(n, layer -> new ArrayList<>()).addAll(masses.subList(from, masses.size()));
            }
        }
    }

    /** Evenly taken from all tokens of right answers, by layer; [count][experts], in thousandths. */
    Map<Integer, List<int[]>> references() {
        Map<Integer, List<int[]>> some = new TreeMap<>();
        references.forEach((layer, all) -> {
            int count = Math.min(MOST_REFERENCES, all.size());
            List<int[]> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                float[] mass = all.get((int) ((long) i * all.size() / count));
                int[] row = new int[mass.length];
                Arrays.setAll(row, e -> Math.round(1000 * mass[e]));
                rows.add(row);
            }
            some.put(layer, rows);
        });
        return some;
    }

    /**
     * For each task and for all, the fewest experts of each layer that hold this share of the gates' mass.
     *
     * @param share in (0, 1]
     */
    Map<String, ExpertRules.ExpertSet> sets(double share) {
        Map<String, ExpertRules.ExpertSet> sets = new TreeMap<>();
        traces.forEach((task, list) -> sets.put(task, set(list, share)));
        sets.put(ALL, set(all(), share));
        return sets;
    }

    private List<GateTrace> all() {
        return traces.values().stream().flatMap(List::stream).toList();
    }

    private ExpertRules.ExpertSet set(List<GateTrace> list, double share) {
        List<List<Integer>> layers = new ArrayList<>();
        for (int n = 0; n < shape.layers(); n++) {
            int layer = n;
            double[] mass = IntStream.range(0, shape.experts())
                    .mapToDouble(e ->
                            list.stream().mapToDouble(t -> t.share(layer, e)).sum())
                    .toArray();
            layers.add(fewest(mass, share));
        }
        return new ExpertRules.ExpertSet(share, layers);
    }

    private static List<Integer> fewest(double[] mass, double share) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, mass.length).boxed().toList());
        order.sort((a, b) -> Double.compare(mass[b], mass[a]));
        double wanted = share
                * IntStream.range(0, mass.length).mapToDouble(e -> mass[e]).sum();
        List<Integer> kept = new ArrayList<>();
        double held = 0;
        for (int expert : order) {
            if (kept.isEmpty() || held < wanted - 1e-9) {
                kept.add(expert);
                held += mass[expert];
            }
        }
        Collections.sort(kept);
        return List.copyOf(kept);
    }

    /** The sets as a file to lie beside the model as {@code NAME.experts.json}. */
    public String file(double share) {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode().put("model", model.profile().name());
        ObjectNode sets = root.putObject("sets");
        sets(share).forEach((name, set) -> {
            ArrayNode layers = sets.putObject(name).put("share", share).putArray("layers");
            set.layers().forEach(kept -> {
                ArrayNode layer = layers.addArray();
                kept.forEach(layer::add);
            });
        });
        ObjectNode layers = root.putObject("references");
        references().forEach((layer, rows) -> {
            ArrayNode array = layers.putArray("" + layer);
            rows.forEach(row -> {
                ArrayNode mass = array.addArray();
                Arrays.stream(row).forEach(mass::add);
            });
        });
        try {
            // One set a line: a diff then shows what a new calibration changed.
            return json.writeValueAsString(root)
                            .replace("},\"", "},\n\"")
                            .replace("{\"sets\":{", "{\"sets\":{\n")
                            .replace("]],\"", "]],\n\"")
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same for people, and how steady the choice is. */
    public String report(double share) {
        Formatter text = new Formatter(Locale.ROOT);
        int tokens = all().stream().mapToInt(GateTrace::tokens).sum();
        text.format(
                "%s: %d questions, %d tokens; %d layers of %d experts, %d a token%n",
                model.profile().name(), questions, tokens, shape.layers(), shape.experts(), shape.expertsUsed());
        text.format(
                "%d answered rightly by itself: references for re-mixing in layers %s%n", right, references.keySet());
        text.format("Experts that hold %.0f %% of the gates' mass, by layer:%n", 100 * share);
        sets(share)
                .forEach((name, set) -> text.format(
                        "  %-16s %s%n",
                        name,
                        String.join(
                                " ",
                                set.layers().stream()
                                        .map(kept -> "" + kept.size())
                                        .toList())));
        text.format("Local routing consistency (SRP, SCH), by chance in brackets:%n");
        for (int segment : SEGMENTS) {
            for (int cached = shape.expertsUsed(); cached < shape.experts(); cached *= 2) {
                locality(text, segment, cached);
            }
        }
        return text.toString();
    }

    private void locality(Formatter text, int segment, int cached) {
        Locality.Sizes sizes = new Locality.Sizes(shape.layers(), shape.experts());
        Locality seen = Locality.of(all(), sizes, segment, cached);
        Locality chance = Locality.byChance(all(), sizes, segment, cached);
        if (seen.segments() > 0) {
            text.format(
                    "  segments of %2d tokens: SRP %.3f [%.3f]; a cache of %d experts a layer: SCH %.3f [%.3f]%n",
                    segment, seen.srp(), chance.srp(), cached, seen.sch(), chance.sch());
        }
    }
}
