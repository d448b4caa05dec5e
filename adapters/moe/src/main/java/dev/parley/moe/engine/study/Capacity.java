package dev.parley.moe.engine.study;

import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Tensors;
import java.util.EnumMap;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Foretells how fast a model will run on this machine, on one thread, from the weights it moves and multiplies (in the manner of MoE-Lens,
 * arXiv:2504.09345): no more than the sum of its products at the speed the kernels were measured to have. Norms, the gates' choices and
 * sampling are left out, so the model itself is a little slower. Immutable, thread-safe.
 */
public final class Capacity {
    /** Tokens of a prompt that the engine computes together. */
    private static final int PIECE = 64;

    private final Footprint footprint;
    private final Map<TensorType, KernelSpeed> speeds;

    /**
     * @param speeds of every storage the model has, and of F32, which keys and values have
     */
    Capacity(Footprint footprint, Map<TensorType, KernelSpeed> speeds) {
        this.footprint = footprint;
        this.speeds = new EnumMap<>(speeds);
    }

    /** As {@link #measured(Footprint, KernelSpeeds)}, with nothing measured yet. */
    public static Capacity measured(Footprint footprint) {
        return measured(footprint, new KernelSpeeds());
    }

    /** Measures the kernels that the model needs, which takes some seconds for each storage it has, where they are not known. */
    public static Capacity measured(Footprint footprint, KernelSpeeds known) {
        Map<TensorType, KernelSpeed> speeds = new EnumMap<>(TensorType.class);
        Set<TensorType> types = new TreeSet<>(footprint.everywhere().keySet());
        types.addAll(footprint.output().keySet());
        types.addAll(footprint.expert().keySet());
        types.add(TensorType.F32);
        types.forEach(type -> speeds.put(type, known.of(type, footprint.multiplications())));
        return new Capacity(footprint, speeds);
    }

    /** Tokens a second of one answer after {@code context} tokens, all answers of so many at a time together. */
    public double decode(int sequences, int context) {
        return sequences / (step(sequences, context) + seconds(footprint.output(), sequences));
    }

    /** Tokens a second of a prompt so long. */
    public double prefill(int tokens) {
        double pieces = (double) tokens / PIECE;
        return tokens / (pieces * step(PIECE, tokens / 2) + seconds(footprint.output(), 1));
    }

    /** Seconds of a step in which so many tokens are computed, without the output projection. */
    private double step(int tokens, int context) {
        double seconds = seconds(footprint.everywhere(), tokens);
        double experts = footprint.experts();
        if (experts > 0) {
            double share =
                    (double) footprint.shape().expertsUsed() / footprint.shape().experts();
            double met = experts * (1 - Math.pow(1 - share, tokens)); // were all experts equally likely
            seconds += met * seconds(footprint.expert(), tokens * share * experts / met);
        }
        double attention = (double) tokens * context * footprint.multiplicationsByPosition();
        return seconds + attention / speed(TensorType.F32).rate();
    }

    private double seconds(Map<TensorType, Long> weights, double tokens) {
        return weights.entrySet().stream()
                .mapToDouble(e -> e.getValue() * speed(e.getKey()).perWeight(tokens))
                .sum();
    }

    private KernelSpeed speed(TensorType type) {
        return Objects.requireNonNull(speeds.get(type), "measured");
    }

    /** The machine's part, for people. */
    public String machine() {
        Formatter text = new Formatter(Locale.ROOT);
        speeds.forEach((type, speed) -> {
            double bytes = speed.rate() * Tensors.bytesPerWeight(type);
            text.format(
                    "  %-5s %6.2f G multiplications/s for one token, %.1f GB/s of weights; %.2f G/s each of 8 tokens,"
                            + " %.2f of 64%n",
                    type,
                    speed.rate() / 1e9,
                    bytes / 1e9,
                    8 / speed.perWeight(8) / 1e9,
                    64 / speed.perWeight(64) / 1e9);
        });
        return text.toString();
    }

    /**
     * Tokens a second.
     *
     * @param after so many tokens
     * @param one of an answer alone
     * @param eight of eight answers together
     * @param prompt of a prompt of {@code after} tokens
     */
    public record Foretold(int after, double one, double eight, double prompt) {}

    /** After 256 tokens, or after half of a context that is shorter than 512. */
    public Foretold foretold() {
        int after = Math.min(256, footprint.shape().context() / 2);
        return new Foretold(after, decode(1, after), decode(8, after), prefill(after));
    }
}
