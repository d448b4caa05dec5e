package dev.parley.config.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * One figure a model from scores on different benchmarks: the mean score it would have over the reference benchmarks, were none of its
 * scores missing. A plain mean of what is known would put a model known by a hard benchmark below one known by an easy one.
 *
 * <p>A score p of model m on benchmark b is taken as {@code logit(p) = e_b + s_b * a_m}: ability a, easiness e, slope s, fitted by
 * alternating ridge regressions (Spearman's one factor in log-odds). Deterministic; pure.
 */
final class Overall {
    /** A benchmark is a reference if at least so many models have a score on it; fewer cannot tell its easiness. */
    static final int REFERENCE_MODELS = 20;

    private static final int ROUNDS = 60;
    private static final double SLOPE_RIDGE = 5;
    private static final double ABILITY_RIDGE = 0.5;
    private static final double EDGE = 0.01;

    private final Map<String, Map<String, Double>> logits = new TreeMap<>();
    private final Map<String, List<String>> models = new TreeMap<>();
    private final Map<String, Double> ability = new HashMap<>();
    private final Map<String, Line> lines = new TreeMap<>();

    private record Line(double easiness, double slope) {
        double at(double ability) {
            return easiness + slope * ability;
        }
    }

    private Overall(Map<String, Map<String, Double>> scores) {
        scores.values().stream()
                .flatMap(own -> own.keySet().stream())
                .collect(Collectors.groupingBy(b -> b, TreeMap::new, Collectors.counting()))
                .forEach((benchmark, count) -> {
                    if (count >= REFERENCE_MODELS) {
                        lines.put(benchmark, new Line(0, 1));
                    }
                });
        new TreeMap<>(scores).forEach((model, own) -> {
            Map<String, Double> known = new TreeMap<>();
            new TreeSet<>(own.keySet())
                    .stream().filter(lines::containsKey).forEach(b -> known.put(b, logit(own.getOrDefault(b, 0.0))));
            logits.put(model, known);
            known.keySet()
                    .forEach(b ->
                            models.computeIfAbsent(b, x -> new ArrayList<>()).add(model));
            ability.put(model, 0.0);
        });
    }

    /**
     * @param scores by model and benchmark, 0..1
     * @return by model, 0..1; only models with a score on a reference benchmark
     */
    static Map<String, Double> of(Map<String, Map<String, Double>> scores) {
        Overall fit = new Overall(scores);
        for (int round = 0; round < ROUNDS; round++) {
            fit.models.forEach((benchmark, known) -> fit.lines.put(benchmark, fit.line(benchmark, known)));
            fit.logits.forEach((model, known) -> fit.ability.put(model, fit.ability(known)));
            fit.standardise();
        }
        Map<String, Double> overall = new TreeMap<>();
        fit.logits.forEach((model, known) -> {
            if (!known.isEmpty()) {
                overall.put(model, fit.mean(fit.ability.getOrDefault(model, 0.0)));
            }
        });
        return overall;
    }

    private Line line(String benchmark, List<String> known) {
        double meanAbility = mean(known, m -> ability.getOrDefault(m, 0.0));
        double meanLogit = mean(known, m -> at(m, benchmark));
        double both = SLOPE_RIDGE;
        double own = SLOPE_RIDGE;
        for (String model : known) {
            double off = ability.getOrDefault(model, 0.0) - meanAbility;
            both += off * (at(model, benchmark) - meanLogit);
            own += off * off;
        }
        return new Line(meanLogit - both / own * meanAbility, both / own);
    }

    private double ability(Map<String, Double> known) {
        double above = 0;
        double weight = ABILITY_RIDGE;
        for (Map.Entry<String, Double> score : known.entrySet()) {
            Line line = lines.getOrDefault(score.getKey(), new Line(0, 1));
            above += line.slope() * (score.getValue() - line.easiness());
            weight += line.slope() * line.slope();
        }
        return above / weight;
    }

    /** Mean 0 and variance 1, for only the product of slope and ability is determined. */
    private void standardise() {
        double mean = mean(List.copyOf(ability.values()), a -> a);
        double variance = mean(List.copyOf(ability.values()), a -> (a - mean) * (a - mean));
        double deviation = variance > 0 ? Math.sqrt(variance) : 1;
        ability.replaceAll((model, a) -> (a - mean) / deviation);
    }

    private double at(String model, String benchmark) {
        return logits.getOrDefault(model, Map.of()).getOrDefault(benchmark, 0.0);
    }

    private double mean(double ability) {
        return mean(List.copyOf(lines.values()), line -> 1 / (1 + Math.exp(-line.at(ability))));
    }

    private static <T> double mean(List<T> all, ToDoubleFunction<T> of) {
        return all.stream().mapToDouble(of).average().orElse(0);
    }

    private static double logit(double score) {
        double p = Math.clamp(score, EDGE, 1 - EDGE);
        return Math.log(p / (1 - p));
    }
}
