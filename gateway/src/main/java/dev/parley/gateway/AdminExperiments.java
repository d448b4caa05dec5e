package dev.parley.gateway;

import dev.parley.config.ExperimentSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.gateway.admin.Experiments;
import dev.parley.gateway.experiment.RatioMean;
import dev.parley.gateway.experiment.SampleRatio;
import dev.parley.gateway.experiment.Sequential;
import dev.parley.gateway.record.ArmSums;
import dev.parley.gateway.record.SqliteOutcomeLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Sums of the outcome log turned into means, effects and a check of the arms' sizes. */
record AdminExperiments(SqliteOutcomeLog log, Supplier<ParleyConfig> config) implements Experiments {
    private static final double ALPHA = 0.05;

    @Override
    public Future<List<Report>> reports() {
        List<Future<Report>> reports = config.get().experiments().stream()
                .map(spec -> log.arms(spec.id()).map(sums -> report(spec, sums)))
                .toList();
        return Future.all(reports)
                .map(done -> reports.stream().map(Future::result).toList());
    }

    static Report report(ExperimentSpec spec, List<ArmSums> sums) {
        List<Arm> arms = new ArrayList<>();
        Map<String, Map<String, RatioMean>> byMetric = new TreeMap<>();
        for (ArmSums arm : sums) {
            RatioMean mean = RatioMean.of(
                    arm.units(), new double[] {arm.sumN(), arm.sumY(), arm.sumYY(), arm.sumNN(), arm.sumYN()});
            byMetric.computeIfAbsent(arm.metric(), m -> new TreeMap<>()).put(arm.variant(), mean);
            arms.add(new Arm(arm.variant(), arm.metric(), arm.units(), arm.sumN(), mean.mean(), mean.standardError()));
        }
        List<Effect> effects = new ArrayList<>();
        byMetric.forEach((metric, means) -> effects.addAll(effects(spec, metric, means)));
        return new Report(spec.id(), arms, effects, sampleRatio(spec, byMetric));
    }

    private static List<Effect> effects(ExperimentSpec spec, String metric, Map<String, RatioMean> means) {
        List<Effect> effects = new ArrayList<>();
        Optional<RatioMean> first =
                Optional.ofNullable(means.get(spec.variants().getFirst().id()));
        for (ExperimentSpec.Variant variant :
                spec.variants().subList(1, spec.variants().size())) {
            Optional<RatioMean> other = Optional.ofNullable(means.get(variant.id()));
            if (first.isPresent() && other.isPresent()) {
                Sequential.Effect effect = Sequential.effect(first.get(), other.get(), ALPHA);
                effects.add(new Effect(variant.id(), metric, effect.difference(), effect.low(), effect.high()));
            }
        }
        return effects;
    }

    /** The metric {@code errors} counts every unit. */
    private static double sampleRatio(ExperimentSpec spec, Map<String, Map<String, RatioMean>> byMetric) {
        Map<String, RatioMean> all = byMetric.getOrDefault("errors", Map.of());
        long[] units = spec.variants().stream()
                .mapToLong(v -> Optional.ofNullable(all.get(v.id()))
                        .map(RatioMean::units)
                        .orElse(0L))
                .toArray();
        double[] weights = spec.variants().stream()
                .mapToDouble(ExperimentSpec.Variant::weight)
                .toArray();
        return SampleRatio.pValue(units, weights);
    }
}
