package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelShape;
import java.util.Formatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a model takes and gives on this machine, for people. Stateless. */
public final class CapacityReport {
    private static final int SEQUENCES = 8;
    private static final int PROMPT = 256;

    private CapacityReport() {}

    /**
     * Takes half a minute and more.
     *
     * @param loaded the same model to be timed beside the prediction; empty if it is not to be loaded
     */
    public static String of(GgufFile file, Optional<Model> loaded) {
        Footprint footprint = Footprint.of(file);
        Formatter text = new Formatter(Locale.ROOT);
        describe(text, file, footprint);
        Capacity capacity = Capacity.measured(footprint);
        text.format("This machine, one thread:%n%s", capacity.machine());
        int prompt = Math.min(PROMPT, footprint.shape().context() / 2);
        text.format("Tokens/s after %d tokens %21s%s%n", prompt, "predicted", loaded.isPresent() ? "  measured" : "");
        Optional<SpeedCheck> check = loaded.map(SpeedCheck::new);
        line(text, "one answer", capacity.decode(1, prompt), check, c -> c.decode(1, prompt, 24));
        line(
                text,
                SEQUENCES + " answers",
                capacity.decode(SEQUENCES, prompt),
                check,
                c -> c.decode(SEQUENCES, prompt, 8));
        line(text, "prompt", capacity.prefill(prompt), check, c -> c.prefill(prompt));
        return text.toString();
    }

    private static void describe(Formatter text, GgufFile file, Footprint footprint) {
        ModelShape shape = footprint.shape();
        text.format(
                "%s: %s, %s parameters, %s for each token%n",
                file.name(),
                file.metadata().text("general.architecture"),
                number(footprint.parameters()),
                number(footprint.multiplications()));
        if (shape.experts() > 0) {
            text.format("  %d layers, %d experts, %d a token", shape.layers(), shape.experts(), shape.expertsUsed());
            if (footprint.experts() < shape.experts()) {
                double nulls = shape.experts() - footprint.experts();
                text.format(", %.1f of them computed: %.0f experts are null", footprint.expertsComputed(), nulls);
            }
            text.format("%n");
        }
        text.format(
                "Memory: weights %sB, keys and values %sB a position (%sB for the whole context of %d)%n",
                number(footprint.memoryBytes()),
                number(footprint.positionBytes()),
                number(footprint.positionBytes() * shape.context()),
                shape.context());
        text.format(
                "A token: reads %sB of weights, multiplies %s times, and %s for each position before it%n",
                number(footprint.activeBytes()),
                number(footprint.multiplications()),
                number(footprint.multiplicationsByPosition()));
    }

    private static void line(
            Formatter text,
            String what,
            double predicted,
            Optional<SpeedCheck> check,
            Function<SpeedCheck, Double> measure) {
        text.format("  %-32s %12.1f", what, predicted);
        check.ifPresent(c -> {
            double measured = measure.apply(c);
            text.format("%10.1f  (%.0f %%)", measured, 100 * measured / predicted);
        });
        text.format("%n");
    }

    /** Three digits and a letter for thousands, millions, thousands of millions. */
    private static String number(long n) {
        if (n < 1000) {
            return Long.toString(n) + " ";
        }
        double scaled = n;
        int power = 0;
        while (scaled >= 1000 && power < 3) {
            scaled /= 1000;
            power++;
        }
        String form = scaled < 10 ? "%.2f %s" : scaled < 100 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, form, scaled, "kMG".charAt(power - 1));
    }
}
