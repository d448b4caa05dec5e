package dev.parley.graphrouter.calibrate;

import java.util.List;

/**
 * What predictions turned out to be worth on queries they were not learnt from: chances by model, or by task where a model has too few
 * outcomes, or by all together; and what must be predicted of the cheapest sufficient model so that what is asked for is got on
 * average: picking by a noisy prediction picks the flattered ones (the winner's curse). Immutable, thread-safe. Sources: isotonic
 * calibration, Zadrozny and Elkan 2002; winner's curse, Smith and Winkler 2006.
 *
 * @param models predicted to true quality, [models]; empty where too little is known
 * @param tasks likewise, [tasks]
 * @param overall likewise
 * @param demand quality asked for to quality that must be predicted; never less than asked
 * @param heldOut a sample of the queries themselves
 */
public record Recalibration(List<Curve> models, List<Curve> tasks, Curve overall, Curve demand, HeldOut heldOut) {
    /** Predictions are taken at their word. */
    public static final Recalibration NONE =
            new Recalibration(List.of(), List.of(), Curve.NONE, Curve.NONE, HeldOut.NONE);

    public Recalibration {
        models = List.copyOf(models);
        tasks = List.copyOf(tasks);
    }

    public boolean isNone() {
        return overall.isNone() && demand.isNone() && models.stream().allMatch(Curve::isNone) && heldOut.queries() == 0;
    }

    /** Whether a model has a curve of its own, so that the task does not matter. */
    public boolean knows(int model) {
        return model < models.size() && !models.get(model).isNone();
    }

    /**
     * What a prediction is worth.
     *
     * @param task index, -1 if it is not known
     */
    public double quality(int model, int task, double predicted) {
        if (knows(model)) {
            return models.get(model).at(predicted);
        }
        boolean known = task >= 0 && task < tasks.size() && !tasks.get(task).isNone();
        return (known ? tasks.get(task) : overall).at(predicted);
    }

    /** The same, with queries to look back on. */
    public Recalibration with(HeldOut other) {
        return new Recalibration(models, tasks, overall, demand, other);
    }

    /** Least predicted quality that keeps an asked one. */
    public double sufficient(double asked) {
        return Math.max(asked, demand.at(asked));
    }
}
