package dev.parley.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What predicts the quality of each candidate (docs/routers.md). Data: a policy names its router, so that routers are A/B-tested as
 * policies are. Immutable.
 */
public sealed interface RouterSpec {
    /** By what policies, decisions and {@code router-<id>-<threshold>} name it. */
    String id();

    /** The calibrated graph with its learnt head: the default. */
    record Graph(String id) implements RouterSpec {}

    /** The cheapest by predicted cost. */
    record Cheapest(String id) implements RouterSpec {}

    /** The fastest by predicted latency. */
    record Fastest(String id) implements RouterSpec {}

    /**
     * Drawn by declared shares, the same for a whole session.
     *
     * @param shares above 0, of any sum
     */
    record Shares(String id, Map<ModelId, Double> shares) implements RouterSpec {
        public Shares {
            shares = Map.copyOf(shares);
        }
    }

    /** The first rule that holds; the graph if none does. */
    record Rules(String id, List<Rule> rules) implements RouterSpec {
        public Rules {
            rules = List.copyOf(rules);
        }
    }

    /** @param models to be preferred, in that order */
    record Rule(When when, List<ModelId> models) {
        public Rule {
            models = List.copyOf(models);
        }
    }

    /**
     * All that is given must hold; nothing given always holds.
     *
     * @param tasks declared by the client or told by the graph; empty for any
     * @param contains any of these texts in the question, whatever their case; empty for any
     * @param regex found in the question; empty for any
     * @param needs capabilities that the request must need
     * @param minTokens of the request, estimated
     * @param maxTokens of the request, estimated
     * @param minTurns of the user, this one included
     * @param read what the heads must have read off the question
     */
    record When(
            Set<String> tasks,
            List<String> contains,
            String regex,
            Set<Capability> needs,
            int minTokens,
            int maxTokens,
            int minTurns,
            Read read) {
        public When {
            tasks = Set.copyOf(tasks);
            contains = List.copyOf(contains);
            needs = Set.copyOf(needs);
        }
    }

    /**
     * Names of {@link Vocabulary}; an empty set holds for any question.
     *
     * @param domains any of them involved
     * @param flags all of them told
     * @param languages any of them
     */
    record Read(Set<String> domains, Set<String> flags, Set<String> languages) {
        public static final Read ANYTHING = new Read(Set.of(), Set.of(), Set.of());

        public Read {
            domains = Set.copyOf(domains);
            flags = Set.copyOf(flags);
            languages = Set.copyOf(languages);
        }
    }

    /**
     * The model with the nearest prototype.
     *
     * @param examples queries by model; empty for prototypes from the graph's outcomes
     */
    record Prototype(String id, Map<ModelId, List<String>> examples) implements RouterSpec {
        public Prototype {
            examples = Map.copyOf(examples);
        }
    }

    /**
     * Category of the query, then the category's expert.
     *
     * @param budget on the sum of the sizes of all experts together
     * @param sizes by model in the budget's unit; models without are of size 1
     * @param confidence share of the likeliest category below which all categories count
     */
    record Categories(String id, double budget, Map<ModelId, Double> sizes, double confidence) implements RouterSpec {
        public Categories {
            sizes = Map.copyOf(sizes);
        }
    }

    /** Item response theory over the cards' skills. */
    record Abilities(String id) implements RouterSpec {}

    /** Mean of the nearest outcomes. */
    record Nearest(String id, int outcomes) implements RouterSpec {}

    /** Means of the three nearest clusters. */
    record Clusters(String id) implements RouterSpec {}

    /** Matrix factorisation over pairs of models. */
    record Factors(String id) implements RouterSpec {}

    /**
     * A language model is asked which models suit.
     *
     * @param model that is asked
     * @param outOfScope gets what suits none; empty: the graph decides
     * @param deadline of its advice; then the graph decides
     */
    record Advised(String id, ModelId model, Optional<ModelId> outOfScope, Duration deadline) implements RouterSpec {}
}
