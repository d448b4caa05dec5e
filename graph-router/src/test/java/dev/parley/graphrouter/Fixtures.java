package dev.parley.graphrouter;

import dev.parley.config.Capability;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.PolicySpec;
import dev.parley.config.PolicySpec.Limits;
import dev.parley.config.Price;
import dev.parley.graphrouter.calibrate.Recalibration;
import dev.parley.graphrouter.head.Head;
import dev.parley.routermodels.Language;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.RequestShape;
import dev.parley.routermodels.SkillSpace;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A small world: two tasks on orthogonal axes of an 8-dimensional embedding, a specialist for each. */
public final class Fixtures {
    public static final int DIMENSION = 8;
    public static final String ENCODER = "test";
    public static final int MATH = 0;
    public static final int FACTS = 1;
    public static final int NOWHERE = 7;

    private Fixtures() {}

    public static ModelSpec model(String id, double quality, long outputPico) {
        return model(id, "local", new Price.PerToken(outputPico / 2, outputPico, 0, 0), card(quality, Map.of()));
    }

    public static ModelSpec model(String id, String backend, Price price, ModelCard card) {
        return new ModelSpec(
                new ModelId(id), backend, id, price, EnumSet.of(Capability.CHAT, Capability.TOOLS), 4096, 1024, card);
    }

    public static ModelCard card(double quality, Map<String, Double> byTask) {
        return new ModelCard("", "", quality, byTask, 50, Duration.ofMillis(100), 100);
    }

    public static PolicySpec.Weighted weighted(double costWeight) {
        return new PolicySpec.Weighted("balanced", costWeight, 10_000, 0, Duration.ofSeconds(1), Limits.NONE);
    }

    public static float[] axis(int axis) {
        float[] embedding = new float[DIMENSION];
        embedding[axis] = 1;
        return embedding;
    }

    public static QueryFeatures at(float[] embedding) {
        return new QueryFeatures(embedding, ENCODER);
    }

    /** Domains involved as far as they count, no flag, English. */
    public static QueryProfile profile(SkillSpace space, float[] domains, double difficulty) {
        return new QueryProfile(
                space,
                domains,
                domains,
                difficulty,
                120,
                new float[space.flags().size()],
                new Language("en", 0.9));
    }

    public static QueryFeatures unembedded() {
        return new QueryFeatures(new float[DIMENSION], "none");
    }

    public static Query hinted(String... tasks) {
        return new Query("?", "", RequestShape.BARE, 10, Integer.MAX_VALUE, Set.of(Capability.CHAT), Set.of(tasks));
    }

    /** Models adder (right on math only) and sage (right on facts only), 10 outcomes on each edge. */
    public static RoutingGraph graph() {
        return graph(10, 1);
    }

    /** With that many outcomes on each edge, and that quality of a specialist in its field. */
    public static RoutingGraph graph(float n, float right) {
        return graph(n, right, 0);
    }

    /** The same with a quality outside the field too. */
    public static RoutingGraph graph(float n, float right, float wrong) {
        float[] embeddings = Arrays.copyOf(axis(MATH), 2 * DIMENSION);
        System.arraycopy(axis(FACTS), 0, embeddings, DIMENSION, DIMENSION);
        float[] quality = {right, wrong, wrong, right};
        float[] counts = {n, n, n, n};
        float[] tokens = {5, 60, 20, 10};
        float[] seconds = {.1f, .2f, .1f, .2f};
        EdgeStats edges = new EdgeStats(2, 2, counts, quality, tokens, seconds);
        return new RoutingGraph(
                "fixture",
                ENCODER,
                List.of("math", "facts"),
                List.of("adder", "sage"),
                new RoutingGraph.Anchors(2, DIMENSION, embeddings, new float[] {1, 0, 0, 1}),
                edges,
                edges,
                Lexicon.of(List.of("12+34", "what is it"), new int[] {0, 1}, 2),
                Head.none(),
                List.of(),
                Recalibration.NONE,
                RoutingGraph.Tuning.DEFAULT);
    }

    public static List<ModelSpec> specialists() {
        return List.of(model("adder", 0.3, 1000), model("sage", 0.3, 1000));
    }
}
