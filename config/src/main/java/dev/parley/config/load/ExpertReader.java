package dev.parley.config.load;

import dev.parley.config.ExpertControls;
import dev.parley.config.ExpertControls.Contrast;
import dev.parley.config.ExpertControls.Place;
import dev.parley.config.ExpertControls.Remix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads a model's {@code moe}: how it chooses experts unless a request says otherwise. */
final class ExpertReader {
    private static final Form<Integer> COUNT = Form.integer(1, 1_000_000);
    private static final Form<Double> SHARE = Form.decimal(0.000_001, 1);
    private static final Form<Place> PLACE = new Form<>("layer/expert or */expert", "2/5", Place::parse);

    private ExpertReader() {}

    static ExpertControls read(Section section) {
        ExpertControls controls = new ExpertControls(
                integer(section.find("experts", COUNT)),
                decimal(section.find("top_p", SHARE)),
                decimal(section.find("min_p", Form.decimal(0, 1))),
                decimal(section.find("null_bias", Form.decimal(-100, 100))),
                new HashSet<>(section.list("mask", PLACE)),
                bias(section),
                section.get("expert_set", Form.text(), ""),
                contrast(section),
                remix(section));
        section.finish();
        return controls;
    }

    private static Map<Place, Double> bias(Section section) {
        Map<Place, Double> bias = new HashMap<>();
        section.map("bias", Form.decimal(-100, 100))
                .forEach((name, value) -> Place.parse(name)
                        .ifPresentOrElse(
                                place -> bias.put(place, value),
                                () -> section.reject(
                                        "bias",
                                        Words.shownName(name) + " is no expert",
                                        "Write layer/expert or */expert, such as '2/5': 1.5")));
        return bias;
    }

    private static Optional<Contrast> contrast(Section section) {
        boolean given = section.has("contrast");
        Section inner = section.section("contrast");
        Contrast contrast = new Contrast(
                inner.get("rank", COUNT, Contrast.RANK),
                inner.get("alpha", SHARE, Contrast.ALPHA),
                inner.get("beta", Form.decimal(0, 10), Contrast.BETA));
        inner.finish();
        return given ? Optional.of(contrast) : Optional.empty();
    }

    private static Optional<Remix> remix(Section section) {
        boolean given = section.has("remix");
        Section inner = section.section("remix");
        Remix remix = new Remix(
                inner.get("neighbours", Form.integer(1, Remix.MOST_NEIGHBOURS), Remix.NEIGHBOURS),
                inner.get("weight", SHARE, Remix.WEIGHT));
        inner.finish();
        return given ? Optional.of(remix) : Optional.empty();
    }

    private static OptionalInt integer(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private static OptionalDouble decimal(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
