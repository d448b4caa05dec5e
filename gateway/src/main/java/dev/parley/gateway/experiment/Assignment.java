package dev.parley.gateway.experiment;

import dev.parley.config.ExperimentSpec;
import java.util.List;
import java.util.Optional;

/** Which variant a unit belongs to. A pure function of seed and unit: every node and every restart agrees. */
public final class Assignment {
    private Assignment() {}

    /** Empty if the unit takes no part: it is outside the coverage, or has no name to be recognised by. */
    public static Optional<ExperimentSpec.Variant> assign(ExperimentSpec experiment, String unit) {
        if (unit.isEmpty() || experiment.variants().isEmpty()) {
            return Optional.empty();
        }
        double n = BucketHash.of(experiment.seed(), unit);
        List<Double> weights = experiment.variants().stream()
                .map(ExperimentSpec.Variant::weight)
                .toList();
        List<Bucket> ranges = Bucket.ranges(weights.size(), experiment.coverage(), weights);
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).holds(n)) {
                return Optional.of(experiment.variants().get(i));
            }
        }
        return Optional.empty();
    }
}
