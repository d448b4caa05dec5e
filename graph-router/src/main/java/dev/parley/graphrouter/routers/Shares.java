package dev.parley.graphrouter.routers;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Draws by declared shares. What is drawn depends on the query's session alone (its text if it has none) and so stays for a
 * conversation; where a model cannot serve, its sessions move to the others by their shares and nobody else moves. The others follow in
 * the graph's order. Thread-safe if its base is. Source: weighted rendezvous hashing (Thaler and Ravishankar 1998): the least of
 * exponential variables, each of its share as rate, wins, in any subset of models.
 *
 * @param shares above 0, of any sum
 */
record Shares(String name, Router base, Map<ModelId, Double> shares) implements Router {
    @Override
    public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = base.forecast(query, features, candidates);
        String key = query.session().isEmpty() ? query.text() : query.session();
        int drawn = -1;
        double best = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            double liking = liking(key, candidates.get(i).id());
            if (liking > best) {
                drawn = i;
                best = liking;
            }
        }
        List<Prediction> others = Overlay.unpreferred(name, below);
        return drawn < 0 ? new Forecast(name, below.tier(), others) : drawn(below, others, drawn);
    }

    @Override
    public List<Chance> chances(Query query, QueryFeatures features, List<ModelSpec> candidates) {
        Forecast below = base.forecast(query, features, candidates);
        double all = candidates.stream()
                .mapToDouble(model -> shares.getOrDefault(model.id(), 0.0))
                .sum();
        List<Prediction> others = Overlay.unpreferred(name, below);
        return IntStream.range(0, candidates.size())
                .filter(i -> shares.containsKey(candidates.get(i).id()))
                .mapToObj(i ->
                        new Chance(shares.getOrDefault(candidates.get(i).id(), 0.0) / all, drawn(below, others, i)))
                .toList();
    }

    private Forecast drawn(Forecast below, List<Prediction> others, int drawn) {
        return new Forecast(name, below.tier(), Overlay.preferring(drawn, others, "drawn by share"));
    }

    private double liking(String key, ModelId model) {
        Double share = shares.get(model);
        return share == null ? Overlay.DISLIKED : Math.log(uniform(key, model.value())) / share;
    }

    /** In (0, 1), the same for the same texts everywhere and always. */
    private static double uniform(String key, String model) {
        long mixed = mix(mix(0x9E3779B97F4A7C15L, key), model);
        return ((mixed >>> 12) + 0.5) * 0x1.0p-52;
    }

    /** FNV-1a over the characters, then the finalizer of splitmix64. */
    private static long mix(long seed, String text) {
        long hash = seed ^ 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }
}
