package dev.parley.routermodels.onnx;

import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.RequestShape;
import dev.parley.routermodels.SkillSpace;
import java.util.Arrays;
import java.util.Map;

/**
 * Corrects what the heads read off a text by what the request has beyond it (request.onnx, made by {@code make train}): an answer that has to fit
 * a JSON schema, or calls a tool, has the length of those. Some hundred multiplications, so they are done here; a test holds
 * the result to ONNX Runtime's. Immutable, thread-safe. Source: docs/heads.md.
 */
final class RequestHead {
    private static final String FILE = "/dev/parley/routermodels/models/request.onnx";
    private static final double LEAST = 1e-6; // chance of a flag whose odds are still reckoned with
    private static final int OTHERS = 2; // difficulty and tokens

    private final Weights.Layer text;
    private final Weights.Layer shape;
    private final Weights.Layer out;
    private final int inputs;
    private final int outputs;

    private RequestHead(Weights weights) {
        this.text = weights.layer("of_said");
        int hidden = text.bias().length;
        this.inputs = text.w().length / hidden;
        this.shape = new Weights.Layer(weights.of("of_shape.w"), new float[hidden]);
        this.outputs = weights.of("out.w").length / hidden;
        this.out = new Weights.Layer(weights.of("out.w"), new float[outputs]);
    }

    /** Reads the shipped weights, made for profiles of these domains and flags. */
    static RequestHead open(SkillSpace space) {
        int said = space.domains().size() + OTHERS + space.flags().size();
        return new RequestHead(Weights.read(
                FILE,
                Map.of("said", new long[] {1, said}, "shape", new long[] {1, RequestShape.BARE.features().length}),
                Map.of()));
    }

    QueryProfile corrected(QueryProfile profile, RequestShape request) {
        if (request.equals(RequestShape.BARE)) {
            return profile;
        }
        float[] alone = text.apply(said(profile));
        float[] both = alone.clone();
        shape.add(request.features(), both);
        for (int h = 0; h < both.length; h++) {
            both[h] = Math.max(0, both[h]) - Math.max(0, alone[h]);
        }
        float[] change = out.apply(both);
        float[] flags = new float[profile.flags().length];
        for (int f = 0; f < flags.length; f++) {
            flags[f] = (float) SkillSpace.sigmoid(odds(profile.flags()[f]) + change[OTHERS + f]);
        }
        return new QueryProfile(
                profile.space(),
                profile.domains(),
                profile.involved(),
                profile.difficulty() + change[0],
                profile.outputTokens() * Math.exp(change[1]),
                flags,
                profile.language());
    }

    /** [domains, difficulty, ln tokens, log-odds of the flags]. */
    private float[] said(QueryProfile profile) {
        int domains = profile.domains().length;
        float[] said = Arrays.copyOf(profile.domains(), inputs);
        said[domains] = (float) profile.difficulty();
        said[domains + 1] = (float) Math.log(profile.outputTokens());
        for (int f = 0; f < profile.flags().length; f++) {
            said[domains + OTHERS + f] = odds(profile.flags()[f]);
        }
        return said;
    }

    private static float odds(float chance) {
        double clipped = Math.clamp(chance, LEAST, 1 - LEAST);
        return (float) (Math.log(clipped) - Math.log(1 - clipped));
    }
}
