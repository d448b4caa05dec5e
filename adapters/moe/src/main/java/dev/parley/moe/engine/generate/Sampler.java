package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.constrain.TokenFilter;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses the tokens of one answer. Not thread-safe. */
final class Sampler {
    /** Below it, a temperature cannot be told from 0. */
    private static final double COLDEST = 1e-4;

    /** Tokens that are tried before all are asked for. */
    private static final int FEW = 8;

    private final SamplingSpec spec;
    private final RandomGenerator random;
    private final float[] work;
    private final int[] answered;
    private final boolean[] seen;
    private final @Nullable TokenFilter filter;
    private final float[] open;

    /** Of free text. */
    Sampler(SamplingSpec spec, RandomGenerator random, int vocabulary) {
        this(spec, random, vocabulary, null);
    }

    /**
     * @param filter the tokens that may come; null for all
     */
    Sampler(SamplingSpec spec, RandomGenerator random, int vocabulary, @Nullable TokenFilter filter) {
        this.spec = spec;
        this.random = random;
        this.filter = filter;
        boolean plain = spec.equals(SamplingSpec.GREEDY) && filter == null;
        open = new float[filter == null ? 0 : vocabulary];
        work = new float[plain ? 0 : vocabulary];
        boolean penalised = !spec.penalties().equals(SamplingSpec.Penalties.NONE);
        answered = new int[penalised ? vocabulary : 0];
        seen = new boolean[penalised ? vocabulary : 0];
    }

    /** Tokens of the prompt, for the repetition penalty. */
    void prompt(int[] tokens) {
        if (seen.length > 0) {
            for (int token : tokens) {
                seen[token] = true;
            }
        }
    }

    /** The next token by {@code logits[at .. at + vocabulary]}, which stay as they are. */
    int pick(Kernels kernels, float[] logits, int at, int vocabulary) {
        if (work.length == 0) {
            return best(logits, at, vocabulary);
        }
        System.arraycopy(logits, at, work, 0, work.length);
        spec.bias().forEach((token, bias) -> work[token] += bias);
        penalise();
        int token = filter == null ? choose(kernels) : choose(kernels, filter);
        if (answered.length > 0) {
            answered[token]++;
            seen[token] = true;
        }
        return token;
    }

    private int choose(Kernels kernels) {
        return spec.temperature() < COLDEST ? best(work, 0, work.length) : draw(kernels);
    }

    /** Most choices are allowed as they are; to ask of the whole vocabulary takes milliseconds. */
    private int choose(Kernels kernels, TokenFilter allowing) {
        System.arraycopy(work, 0, open, 0, open.length);
        for (int tries = 0; tries < FEW; tries++) {
            int token = choose(kernels);
            if (allowing.allows(token)) {
                allowing.accept(token);
                return token;
            }
            open[token] = Float.NEGATIVE_INFINITY;
            System.arraycopy(open, 0, work, 0, work.length);
        }
        BitSet allowed = allowing.allowed();
        if (allowed.isEmpty()) {
            throw new EngineException(
                    EngineException.Kind.INTERNAL, "No token of the model can go on with JSON of the asked form.");
        }
        for (int t = 0; t < work.length; t++) {
            work[t] = allowed.get(t) ? work[t] : Float.NEGATIVE_INFINITY;
        }
        int token = choose(kernels);
        allowing.accept(token);
        return token;
    }

    private void penalise() {
        SamplingSpec.Penalties p = spec.penalties();
        for (int t = 0; t < seen.length; t++) {
            if (seen[t]) {
                double logit = work[t] > 0 ? work[t] / p.repetition() : work[t] * p.repetition();
                double present = answered[t] > 0 ? p.presence() : 0;
                work[t] = (float) (logit - present - p.frequency() * answered[t]);
            }
        }
    }

    private static int best(float[] logits, int at, int n) {
        int best = at;
        for (int i = at + 1; i < at + n; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best - at;
    }

    private int draw(Kernels kernels) {
        for (int i = 0; i < work.length; i++) {
            work[i] = (float) (work[i] / spec.temperature());
        }
        kernels.softmax(work, work.length);
        if (spec.topK() == 0 && spec.topP() >= 1 && spec.minP() <= 0) {
            return drawFromAll();
        }
        long[] order = descending();
        return drawFrom(order, kept(order));
    }

    private int drawFromAll() {
        double left = random.nextDouble();
        int last = 0;
        for (int i = 0; i < work.length; i++) {
            left -= work[i];
            last = work[i] > 0 ? i : last;
            if (left < 0) {
                return i;
            }
        }
        return last;
    }

    /** Tokens by falling probability, then rising id: non-negative floats sort as their bits. */
    private long[] descending() {
        long[] order = new long[work.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) (Integer.MAX_VALUE - Float.floatToIntBits(work[i])) << 32 | i;
        }
        Arrays.sort(order);
        return order;
    }

    private float probability(long entry) {
        return work[(int) entry];
    }

    /** How many of the most probable tokens stay, at least one. */
    private int kept(long[] order) {
        int kept = spec.topK() > 0 ? Math.min(spec.topK(), order.length) : order.length;
        double mass = 0;
        for (int i = 0; i < kept; i++) {
            mass += probability(order[i]);
        }
        double least = spec.minP() * probability(order[0]);
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            if (i > 0 && (sum >= spec.topP() * mass || probability(order[i]) < least)) {
                return i;
            }
            sum += probability(order[i]);
        }
        return kept;
    }

    private int drawFrom(long[] order, int kept) {
        double mass = 0;
        for (int i = 0; i < kept; i++) {
            mass += probability(order[i]);
        }
        double left = random.nextDouble() * mass;
        for (int i = 0; i < kept; i++) {
            left -= probability(order[i]);
            if (left < 0) {
                return (int) order[i];
            }
        }
        return (int) order[kept - 1];
    }
}
