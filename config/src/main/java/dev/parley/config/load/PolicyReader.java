package dev.parley.config.load;

import dev.parley.config.ModelId;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.RoutingSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code policies}: the shipped ones, overridden and extended by the file's. */
final class PolicyReader {
    private static final Form<Double> WEIGHT = Form.decimal(0, 1000);

    private final Collection<String> models;
    private final RouterReader routers;
    private final Problems problems;
    private final Ids ids = new Ids("policy");

    PolicyReader(Collection<String> models, RouterReader routers, Problems problems) {
        this.models = models;
        this.routers = routers;
        this.problems = problems;
    }

    private enum Kind {
        WEIGHTED,
        CHEAPEST_SUFFICIENT,
        THRESHOLD
    }

    List<PolicySpec> read(List<Section.Entry> shipped, List<Section.Entry> own) {
        Map<String, Section.Entry> merged = new LinkedHashMap<>();
        shipped.forEach(entry -> merged.put(id(entry), entry));
        for (Section.Entry entry : own) {
            Section.Entry below = merged.get(id(entry));
            if (below != null && shipped.contains(below)) {
                merged.put(id(entry), overlaid(below, entry));
            } else {
                merged.put(entry.path(), entry);
            }
        }
        return merged.values().stream().map(this::one).toList();
    }

    Set<String> names() {
        return ids.all();
    }

    /** Keys of the file over those shipped; another kind replaces the shipped policy as a whole. */
    private static Section.Entry overlaid(Section.Entry below, Section.Entry over) {
        if (!(below.raw() instanceof Raw.Fields lower) || !(over.raw() instanceof Raw.Fields upper)) {
            return over;
        }
        String kind = upper.text("kind");
        boolean sameKind = kind.isEmpty() || kind.equals(lower.text("kind"));
        return sameKind ? new Section.Entry(lower.overlaidBy(upper), over.path()) : over;
    }

    private static String id(Section.Entry entry) {
        return entry.raw() instanceof Raw.Fields fields ? fields.text("id") : entry.path();
    }

    private PolicySpec one(Section.Entry entry) {
        Section section = Section.of(entry.raw(), entry.path(), problems);
        String id = ids.claim(section, Form.identifier());
        PolicySpec policy = switch (section.get("kind", Form.choice(Kind.class), Kind.WEIGHTED)) {
            case WEIGHTED -> weighted(section, id);
            case CHEAPEST_SUFFICIENT ->
                new PolicySpec.CheapestSufficient(
                        id, section.get("caution", Form.decimal(0, 10), 1.0), limits(section));
            case THRESHOLD -> threshold(section, id);
        };
        routers.named(section).ifPresent(router -> routers.use(id, router));
        if (policy instanceof PolicySpec.Threshold threshold && threshold.bar() instanceof PolicySpec.Risk) {
            keptOnTheGraph(section, id);
        }
        section.finish();
        return policy;
    }

    /** The outcomes that set a risk's threshold were held out from the graph: another router's predictions are of another scale. */
    private void keptOnTheGraph(Section section, String id) {
        if (section.has("router") && !routers.byPolicy().getOrDefault(id, "").equals(RoutingSpec.GRAPH)) {
            section.reject(
                    "risk",
                    "is kept on the graph's predictions alone",
                    "Leave out the 'router', or give a 'threshold'");
        }
        routers.use(id, RoutingSpec.GRAPH);
    }

    private static PolicySpec weighted(Section section, String id) {
        return new PolicySpec.Weighted(
                id,
                section.get("cost_weight", WEIGHT, 0.1),
                Math.max(1, section.get("cost_reference_usd", Form.usd(), 10_000_000L)),
                section.get("latency_weight", WEIGHT, 0.0),
                section.get(
                        "latency_reference",
                        Form.duration(Duration.ofMillis(1), Duration.ofHours(1)),
                        Duration.ofSeconds(10)),
                limits(section));
    }

    private PolicySpec threshold(Section section, String id) {
        return new PolicySpec.Threshold(
                id,
                model(section, "strong"),
                model(section, "weak"),
                bar(section),
                section.get("lead", Form.choice(PolicySpec.Lead.class), PolicySpec.Lead.ADVANTAGE),
                limits(section));
    }

    private static PolicySpec.Bar bar(Section section) {
        double threshold = section.get("threshold", Form.decimal(0, 1), 0.5);
        if (!section.has("risk")) {
            return new PolicySpec.Fixed(threshold);
        }
        if (section.has("threshold")) {
            section.reject("risk", "stands beside a threshold", "Keep one: the risk sets the threshold");
        }
        Section risk = section.section("risk");
        PolicySpec.Risk read = new PolicySpec.Risk(
                risk.need("loss", Form.decimal(0.001, 0.5), 0.05),
                risk.get("confidence", Form.decimal(0.5, 0.999), 0.0));
        risk.finish();
        return read;
    }

    private ModelId model(Section section, String key) {
        if (!section.has(key)) {
            section.reject(key, "is missing", "Name the " + key + " model by its id");
        }
        return new ModelId(section.reference(key, "model", models)
                .filter(n -> !n.isBlank())
                .orElse("missing"));
    }

    private static Limits limits(Section section) {
        return new Limits(
                section.get("max_cost_usd", Form.usd(), Limits.NONE.maxCostNanoUsd()),
                section.get("min_quality", Form.decimal(0, 1), Limits.NONE.minQuality()),
                section.get(
                        "max_latency",
                        Form.duration(Duration.ofMillis(1), Limits.NONE.maxLatency()),
                        Limits.NONE.maxLatency()));
    }
}
