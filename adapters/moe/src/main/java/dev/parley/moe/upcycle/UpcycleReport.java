package dev.parley.moe.upcycle;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What a mixture made by {@link Upcycler} is worth: perplexity on a text it did not learn from, by the number of experts. Stateless. */
public final class UpcycleReport {
    private UpcycleReport() {}

    /**
     * A table for people: the dense model, then the mixture with all its experts down to one.
     *
     * @param heldOut tokens that were not learnt from, at least 2
     * @param progress told what is being computed
     */
    public static String of(Model dense, Path mixture, int shared, int[] heldOut, Consumer<String> progress)
            throws IOException {
        Formatter out = new Formatter(Locale.ROOT);
        out.format("Perplexity on %d tokens that were not learnt from:%n", heldOut.length);
        out.format("  experts  feed-forward weights  perplexity  to dense%n");
        double before = perplexity(dense, GateRule.USUAL, heldOut, "dense", progress);
        out.format("  dense                   100 %%  %10.2f      1.00%n", before);
        Model model = ModelLoader.load(mixture);
        int all = model.shape().experts();
        for (int k : new TreeSet<>(List.of(all, (3 * all + 3) / 4, (all + 1) / 2, (all + 3) / 4, 1)).descendingSet()) {
            GateRule rule = new GateRule(OptionalInt.of(k), 1, 0, OptionalInt.empty(), GateRule.USUAL.bias());
            double after = perplexity(model, rule, heldOut, k + " experts", progress);
            double share = 100.0 * (k + shared) / (all + shared);
            out.format("  %7d  %18.0f %%  %10.2f  %8.2f%n", k, share, after, after / before);
        }
        return out.toString();
    }

    private static double perplexity(Model model, GateRule rule, int[] tokens, String what, Consumer<String> progress) {
        return new Perplexity(model, Kernels.vector())
                .of(tokens, rule, done -> progress.accept(what + ": " + done + " of " + tokens.length + " tokens"));
    }
}
