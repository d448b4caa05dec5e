package dev.parley.moe;

import dev.parley.chat.ChatFailure;
import dev.parley.config.ExpertControls;
import dev.parley.config.ExpertControls.Contrast;
import dev.parley.config.ExpertControls.Place;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import dev.parley.moe.engine.remix.Remix;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Makes one model's gates of expert controls. Throws {@link ChatFailure} BAD_REQUEST naming the field that this model cannot follow. */
final class ExpertRules {
    private final String name;
    private final Model model;
    private final ModelShape shape;
    private final Calibration calibration;

    ExpertRules(Model model, Calibration calibration) {
        this.name = model.profile().name();
        this.model = model;
        this.shape = model.shape();
        this.calibration = calibration;
    }

    /**
     * @param named whether the answer shall tell its experts
     */
    ExpertSpec read(ExpertControls controls, boolean named) {
        if (controls.equals(ExpertControls.NONE)) {
            return new ExpertSpec(GateRule.USUAL, ExpertSpec.USUAL.contrast(), named && shape.experts() > 0);
        }
        if (shape.experts() == 0) {
            throw wrong("moe", "it has no experts. Leave 'moe' out, or choose a mixture of experts");
        }
        controls.experts().ifPresent(k -> within("moe.experts", k));
        float[][] bias = bias(controls);
        GateRule rule = new GateRule(
                controls.experts(),
                (float) controls.topP().orElse(1),
                (float) controls.minP().orElse(0),
                OptionalInt.empty(),
                bias,
                controls.remix().map(this::remix));
        return new ExpertSpec(rule, controls.contrast().map(c -> contrast(c, bias)), named);
    }

    private ExpertSpec.Contrast contrast(Contrast contrast, float[][] bias) {
        within("moe.contrast.rank", contrast.rank());
        GateRule weak = new GateRule(OptionalInt.empty(), 1, 0, OptionalInt.of(contrast.rank()), bias);
        return new ExpertSpec.Contrast(weak, contrast.alpha(), contrast.beta());
    }

    private Remix remix(ExpertControls.Remix remix) {
        return calibration
                .references()
                .map(references -> new Remix(references, remix.neighbours(), (float) remix.weight()))
                .orElseThrow(() -> wrong(
                        "moe.remix", "there are no references. Leave it out, or make them with 'parley moe experts'"));
    }

    private void within(String field, int experts) {
        if (experts > shape.experts()) {
            throw wrong(field, "it has " + shape.experts() + " experts a layer, not " + experts + ". Ask for fewer");
        }
    }

    private float[][] bias(ExpertControls controls) {
        if (controls.mask().isEmpty()
                && controls.bias().isEmpty()
                && controls.nullBias().isEmpty()
                && controls.expertSet().isEmpty()) {
            return GateRule.USUAL.bias();
        }
        float[][] bias = new float[shape.layers()][shape.experts()];
        controls.bias().forEach((place, value) -> {
            for (int layer : layers("moe.bias", place)) {
                bias[layer][place.expert()] += value.floatValue();
            }
        });
        controls.nullBias().ifPresent(value -> leanToNulls((float) value, bias));
        for (Place place : controls.mask()) {
            for (int layer : layers("moe.mask", place)) {
                bias[layer][place.expert()] = Float.NEGATIVE_INFINITY;
            }
        }
        if (!controls.expertSet().isEmpty()) {
            keepOnly(controls.expertSet(), bias);
        }
        refuseEmptyLayers(bias);
        return bias;
    }

    private void leanToNulls(float value, float[][] bias) {
        boolean any = false;
        for (int layer = 0; layer < bias.length; layer++) {
            for (int expert : model.nullExperts(layer)) {
                bias[layer][expert] += value;
                any = true;
            }
        }
        if (!any) {
            throw wrong("moe.null_bias", "it has no null experts. Leave it out, or skip experts by moe.min_p");
        }
    }

    private int[] layers(String field, Place place) {
        int layer = place.layer().orElse(0);
        if (layer >= shape.layers() || place.expert() >= shape.experts()) {
            throw wrong(
                    field,
                    "there is no expert '" + place + "': it has layers 0 to " + (shape.layers() - 1)
                            + " with experts 0 to " + (shape.experts() - 1) + ". Correct the numbers");
        }
        if (place.layer().isPresent()) {
            return new int[] {layer};
        }
        int[] all = new int[shape.layers()];
        java.util.Arrays.setAll(all, i -> i);
        return all;
    }

    private void keepOnly(String wanted, float[][] bias) {
        Map<String, ExpertSet> sets = calibration.sets();
        ExpertSet set = sets.get(wanted);
        if (set == null) {
            String known = sets.isEmpty()
                    ? "none"
                    : String.join(", ", sets.keySet().stream().sorted().toList());
            throw wrong(
                    "moe.expert_set",
                    "there is no set '" + wanted + "'; calibrated are: " + known
                            + ". Choose one, or make it with 'parley moe experts'");
        }
        for (int layer = 0; layer < bias.length; layer++) {
            Set<Integer> kept = new HashSet<>(set.layers().get(layer));
            kept.addAll(model.nullExperts(layer));
            for (int e = 0; e < bias[layer].length; e++) {
                if (!kept.contains(e)) {
                    bias[layer][e] = Float.NEGATIVE_INFINITY;
                }
            }
        }
    }

    private void refuseEmptyLayers(float[][] bias) {
        for (int layer = 0; layer < bias.length; layer++) {
            boolean any = false;
            for (float value : bias[layer]) {
                any |= value != Float.NEGATIVE_INFINITY;
            }
            if (!any) {
                throw wrong("moe.mask", "no expert is left in layer " + layer + ". Mask fewer");
            }
        }
    }

    private ChatFailure wrong(String field, String fault) {
        return ChatFailure.badRequest(field, field + ": " + name + " cannot do so: " + fault + ".");
    }

    /**
     * The experts a task needs, by calibration (PreMoe, arXiv:2505.17639).
     *
     * @param share of the gates' mass on the calibration's questions that these experts hold in each layer, at least
     * @param layers experts kept, by layer
     */
    record ExpertSet(double share, List<List<Integer>> layers) {
        ExpertSet {
            layers = List.copyOf(layers);
        }
    }
}
