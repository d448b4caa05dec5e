package dev.parley.chat.json;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertAsk;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.config.ExpertControls;
import dev.parley.config.ExpertControls.Contrast;
import dev.parley.config.ExpertControls.Place;
import dev.parley.config.ExpertControls.Remix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** The {@code moe} member of requests and answers (docs/expert-controls.md), the same in every protocol. */
public final class ExpertJson {
    private static final List<String> FIELDS = List.of(
            "experts", "top_p", "min_p", "null_bias", "mask", "bias", "expert_set", "contrast", "remix", "telemetry");
    private static final List<String> CONTRAST = List.of("rank", "alpha", "beta");
    private static final List<String> REMIX = List.of("neighbours", "weight");
    private static final int MOST_EXPERTS = 1_000_000;

    private ExpertJson() {}

    /** What a body asks; {@link ExpertAsk#NOTHING} without the member. Faults are BAD_REQUEST naming field, form and remedy. */
    public static ExpertAsk ask(JsonBody body) {
        return body.member(ExpertAsk.MEMBER)
                .filter(raw -> !raw.text().equals("null"))
                .map(raw -> ask(JsonView.of(raw, ExpertAsk.MEMBER)))
                .orElse(ExpertAsk.NOTHING);
    }

    /** As {@link #ask(JsonBody)}, of the member itself. What only a model can know, such as its number of experts, is not checked. */
    public static ExpertAsk ask(JsonView moe) {
        refuseUnknown(moe, FIELDS);
        return new ExpertAsk(
                new ExpertControls(
                        whole(moe, "experts"),
                        positiveShare(moe, "top_p"),
                        decimal(moe, "min_p", 0, 1),
                        decimal(moe, "null_bias", -100, 100),
                        mask(moe),
                        bias(moe),
                        moe.string("expert_set", ""),
                        contrast(moe),
                        remix(moe)),
                moe.flag("telemetry"));
    }

    private static void refuseUnknown(JsonView object, List<String> known) {
        for (Map.Entry<String, JsonView> member : object.members().entrySet()) {
            if (!known.contains(member.getKey())) {
                throw member.getValue()
                        .fault("Unknown field '" + member.getValue().path() + "': there are " + String.join(", ", known)
                                + ". Correct or remove it.");
            }
        }
    }

    private static OptionalInt whole(JsonView parent, String name) {
        Optional<JsonView> value = parent.get(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        long number = value.get().integer();
        if (number < 1 || number > MOST_EXPERTS) {
            throw wrong(value.get(), "a whole number of at least 1");
        }
        return OptionalInt.of((int) number);
    }

    private static OptionalDouble decimal(JsonView parent, String name, double least, double most) {
        Optional<JsonView> value = parent.get(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get().number();
        if (!(number >= least && number <= most)) {
            throw wrong(value.get(), "a number from " + (long) least + " to " + (long) most);
        }
        return OptionalDouble.of(number);
    }

    private static OptionalDouble positiveShare(JsonView parent, String name) {
        OptionalDouble share = decimal(parent, name, 0, 1);
        if (share.isPresent() && share.getAsDouble() <= 0) {
            throw wrong(parent.need(name), "a number above 0, at most 1");
        }
        return share;
    }

    private static Set<Place> mask(JsonView moe) {
        Set<Place> mask = new HashSet<>();
        for (JsonView item : moe.items("mask")) {
            mask.add(place(item, item.string()));
        }
        return mask;
    }

    private static Map<Place, Double> bias(JsonView moe) {
        Map<Place, Double> bias = new HashMap<>();
        moe.get("bias")
                .ifPresent(all -> all.members().forEach((name, value) -> {
                    double number = value.number();
                    if (!(Math.abs(number) <= 100)) {
                        throw wrong(value, "a number from -100 to 100");
                    }
                    bias.put(place(value, name), number);
                }));
        return bias;
    }

    private static Place place(JsonView at, String text) {
        return Place.parse(text)
                .orElseThrow(() -> at.fault("Invalid expert '" + text + "' in '" + at.path()
                        + "': write layer/expert, both counted from 0, or */expert for every layer, such as \"2/5\"."));
    }

    private static Optional<Contrast> contrast(JsonView moe) {
        return moe.get("contrast").map(given -> {
            refuseUnknown(given, CONTRAST);
            return new Contrast(
                    whole(given, "rank").orElse(Contrast.RANK),
                    positiveShare(given, "alpha").orElse(Contrast.ALPHA),
                    decimal(given, "beta", 0, 10).orElse(Contrast.BETA));
        });
    }

    private static Optional<Remix> remix(JsonView moe) {
        return moe.get("remix").map(given -> {
            refuseUnknown(given, REMIX);
            int neighbours = whole(given, "neighbours").orElse(Remix.NEIGHBOURS);
            if (neighbours > Remix.MOST_NEIGHBOURS) {
                throw wrong(given.need("neighbours"), "a whole number from 1 to " + Remix.MOST_NEIGHBOURS);
            }
            return new Remix(neighbours, positiveShare(given, "weight").orElse(Remix.WEIGHT));
        });
    }

    private static ChatFailure wrong(JsonView value, String expected) {
        return value.fault("Invalid value for '" + value.path() + "': expected " + expected + ", but got "
                + value.raw().text() + ".");
    }

    /** Writes the answer's member if the client asked for it. */
    public static void write(ExpertUse use, JsonOut out) {
        if (use.shown()) {
            out.name(ExpertAsk.MEMBER).raw(of(use));
        }
    }

    private static RawJson of(ExpertUse use) {
        JsonOut out = new JsonOut().object();
        use.perToken().ifPresent(mean -> out.name("experts_per_token").number(rounded(mean)));
        if (!use.entropy().isEmpty()) {
            out.array("gate_entropy");
            use.entropy().forEach(nats -> out.number(rounded(nats)));
            out.endArray();
        }
        if (use.meanProbability().isPresent()) {
            out.object("confidence");
            out.name("mean").number(rounded(use.meanProbability().getAsDouble()));
            use.leastProbability().ifPresent(least -> out.name("min").number(rounded(least)));
            out.endObject();
        }
        if (!use.routed().equals(ExpertUse.UNTOLD)) {
            out.member("routed_experts", use.routed());
        }
        return out.endObject().json();
    }

    /** Four decimals: more would only be noise. */
    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
