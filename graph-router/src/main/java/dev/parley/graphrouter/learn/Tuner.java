package dev.parley.graphrouter.learn;

import dev.parley.graphrouter.RoutingGraph.Tuning;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Chooses kernel sharpness and shrinkage by leave-one-out Brier score on the outcomes themselves, and the cosines at which a query
 * is at home or foreign from how near the samples lie to each other.
 */
final class Tuner {
    private static final double[] SHARPNESS = {4, 8, 12, 16, 24, 32, 48};
    private static final double[] SHRINKAGE = {1, 2, 4, 8, 16, 32};
    private static final int PROBES = 300;
    private static final int FEWEST = 20;

    private final List<Sample> samples;
    private final Map<String, Map<String, double[]>> taskMeans = new HashMap<>(); // task -> model -> {sum, n}

    Tuner(List<Sample> samples) {
        this.samples = samples;
        for (Sample sample : samples) {
            Map<String, double[]> means = taskMeans.computeIfAbsent(sample.task(), t -> new HashMap<>());
            for (Sample.Outcome outcome : sample.outcomes()) {
                double[] sum = means.computeIfAbsent(outcome.model(), m -> new double[2]);
                sum[0] += outcome.score();
                sum[1]++;
            }
        }
    }

    Tuning tuned(RandomGenerator random) {
        if (samples.size() < FEWEST) {
            return Tuning.DEFAULT;
        }
        int probes = Math.min(PROBES, samples.size());
        double[][] losses = new double[SHARPNESS.length][SHRINKAGE.length];
        float[] nearest = new float[probes];
        for (int i = 0; i < probes; i++) {
            int probe = probes == samples.size() ? i : random.nextInt(samples.size());
            nearest[i] = probe(probe, losses);
        }
        int best = 0;
        for (int i = 1; i < SHARPNESS.length * SHRINKAGE.length; i++) {
            if (at(losses, i) < at(losses, best)) {
                best = i;
            }
        }
        Arrays.sort(nearest);
        double near = Math.clamp(nearest[probes / 10], 0.3, 0.9);
        return new Tuning(
                SHARPNESS[best / SHRINKAGE.length],
                SHRINKAGE[best % SHRINKAGE.length],
                near,
                Math.max(0.1, near - 0.35));
    }

    private static double at(double[][] losses, int i) {
        return losses[i / SHRINKAGE.length][i % SHRINKAGE.length];
    }

    /** Adds the squared errors of predicting one sample from all others; its best cosine. */
    private float probe(int probe, double[][] losses) {
        float[] cosines = new float[samples.size()];
        float best = -1;
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = i == probe
                    ? -2
                    : Dot.of(samples.get(probe).embedding(), samples.get(i).embedding());
            best = Math.max(best, cosines[i]);
        }
        for (int s = 0; s < SHARPNESS.length; s++) {
            Evidence evidence = evidence(cosines, best, SHARPNESS[s]);
            for (Sample.Outcome outcome : samples.get(probe).outcomes()) {
                double prior = prior(evidence.tasks, samples.get(probe).task(), outcome);
                double[] sum = evidence.models.getOrDefault(outcome.model(), new double[2]);
                for (int k = 0; k < SHRINKAGE.length; k++) {
                    double predicted = (sum[0] + SHRINKAGE[k] * prior) / (sum[1] + SHRINKAGE[k]);
                    losses[s][k] += (predicted - outcome.score()) * (predicted - outcome.score());
                }
            }
        }
        return best;
    }

    /** Weighted sums {score, weight} by model, and the share of each task among the neighbours. */
    private record Evidence(Map<String, double[]> models, Map<String, Double> tasks) {}

    private Evidence evidence(float[] cosines, float best, double sharpness) {
        Map<String, double[]> models = new HashMap<>();
        Map<String, Double> tasks = new HashMap<>();
        double all = 0;
        for (int i = 0; i < cosines.length; i++) {
            double exponent = sharpness * (cosines[i] - best);
            if (exponent < -7) {
                continue;
            }
            double weight = Math.exp(exponent);
            all += weight;
            tasks.merge(samples.get(i).task(), weight, Double::sum);
            for (Sample.Outcome outcome : samples.get(i).outcomes()) {
                double[] sum = models.computeIfAbsent(outcome.model(), m -> new double[2]);
                sum[0] += weight * outcome.score();
                sum[1] += weight;
            }
        }
        double total = all;
        tasks.replaceAll((task, weight) -> weight / total);
        return new Evidence(models, tasks);
    }

    /** The mean over the tasks that the neighbours suggest, as in serving, without the outcome itself. */
    private double prior(Map<String, Double> tasks, String ownTask, Sample.Outcome outcome) {
        double prior = 0;
        for (Map.Entry<String, Double> task : tasks.entrySet()) {
            double[] sum = taskMeans.getOrDefault(task.getKey(), Map.of()).getOrDefault(outcome.model(), new double[2]);
            int own = task.getKey().equals(ownTask) ? 1 : 0;
            prior += task.getValue() * (sum[0] - own * outcome.score() + 1) / (sum[1] - own + 2);
        }
        return prior;
    }
}
