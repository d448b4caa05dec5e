package dev.parley.graphrouter.lab.baselines;

import dev.parley.config.ModelCard;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.routermodels.QueryProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The gateway's router {@code irt}: each model known by its card alone, with one score a domain as published ones are, here its mean over
 * the training queries that the heads take for that domain. Costs are means of the domain.
 *
 * @param reads domains and difficulty off a text
 */
public record FromCards(Function<String, QueryProfile> reads) implements Contender {
    private static final int FEWEST = 20; // queries of a domain that make a score

    @Override
    public String name() {
        return "router irt";
    }

    @Override
    public String source() {
        return "IRT-Router (Song et al. 2025): skills from one score a domain, difficulty from the heads by words (which were learnt on "
                + "the public sets: flattered there)";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        List<String> domains =
                train.texts().stream().map(text -> reads.apply(text).domain()).toList();
        double[][] overall = train.means();
        Map<String, double[][]> means = new HashMap<>();
        for (String domain : Set.copyOf(domains)) {
            if (domains.stream().filter(domain::equals).count() >= FEWEST) {
                means.put(domain, train.means(q -> domains.get(q).equals(domain), overall));
            }
        }
        GraphPlanner cards = GraphPlanner.of(RoutingGraph.empty());
        List<ModelSpec> specs = new ArrayList<>();
        for (int m = 0; m < train.models().size(); m++) {
            Map<String, Double> scores = new HashMap<>();
            for (Map.Entry<String, double[][]> domain : means.entrySet()) {
                scores.put(domain.getKey(), domain.getValue()[0][m]);
            }
            specs.add(spec(train.models().get(m), overall[0][m], scores));
        }
        return new Guesses(name(), train.models(), (query, features) -> {
            QueryProfile profile = reads.apply(query.text());
            return new double[][] {cards.declared(specs, profile), means.getOrDefault(profile.domain(), overall)[1]};
        });
    }

    private static ModelSpec spec(String model, double quality, Map<String, Double> scores) {
        ModelSpec silent = GraphPlanner.silent(model);
        ModelCard card = new ModelCard("", "", quality, scores, 1, Duration.ZERO, 1);
        return new ModelSpec(
                silent.id(),
                silent.backend(),
                silent.upstreamModel(),
                silent.price(),
                silent.capabilities(),
                silent.contextTokens(),
                silent.maxOutputTokens(),
                card);
    }
}
