package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.Gating;

/**
 * The sizes of a model.
 *
 * @param gating how experts are chosen
 * @param context positions, prompt and answer together
 * @param width of the residual stream
 * @param hidden width inside the widest feed-forward part or expert
 * @param experts per layer that has experts; 0 for a dense model
 * @param expertsUsed per token
 * @param vocabulary token ids
 */
public record ModelShape(
        Gating gating,
        int layers,
        int context,
        int width,
        int hidden,
        Attention attention,
        Rope rope,
        float epsilon,
        int experts,
        int expertsUsed,
        int vocabulary) {

    /** What a position leaves in each layer for those after it, and what it costs these to look at it. */
    public sealed interface Attention {
        /** Numbers of a position that are kept as its keys. */
        int keyWidth();

        /** Numbers of a position that are kept as its values. */
        int valueWidth();

        /** Multiplications of one token with what one position has left in a layer. */
        long multiplications();
    }

    /**
     * Attention heads.
     *
     * @param query heads
     * @param shared key-value heads; each serves {@code query / shared} query heads
     * @param size of a head
     */
    public record Heads(int query, int shared, int size) implements Attention {
        public int queryWidth() {
            return query * size;
        }

        public int sharedWidth() {
            return shared * size;
        }

        @Override
        public int keyWidth() {
            return sharedWidth();
        }

        @Override
        public int valueWidth() {
            return sharedWidth();
        }

        @Override
        public long multiplications() {
            return 2L * queryWidth();
        }
    }

    /**
     * Multi-head latent attention (MLA, DeepSeek-V2, arXiv:2405.04434). All heads' keys and values are made of one latent of a position; that
     * is kept in their place, and is looked at by all heads as it is.
     *
     * @param rank of the latent
     * @param queryRank of what queries are made of; 0 for the whole stream
     * @param plain numbers of a head's query and key that do not turn, made of the latent
     * @param turned numbers of a head's query that turn with the position, and of the one key that all heads share
     * @param value numbers of a head's value
     * @param scale of the products of queries and keys
     */
    public record Latent(int heads, int rank, int queryRank, int plain, int turned, int value, float scale)
            implements Attention {
        /** Numbers of a position that are kept: the latent, then the key that turns. */
        public int width() {
            return rank + turned;
        }

        /** Numbers of a head's query. */
        public int size() {
            return plain + turned;
        }

        @Override
        public int keyWidth() {
            return 0;
        }

        @Override
        public int valueWidth() {
            return width();
        }

        @Override
        public long multiplications() {
            return (long) heads * (width() + rank);
        }
    }

    /**
     * Rotary positions (RoFormer, arXiv:2104.09864).
     *
     * @param size numbers of a head that turn, from its first
     * @param divisors [size / 2] of the turning speeds (Llama 3); empty for none
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Rope(int size, double base, Architecture.Turning turning, Stretch stretch, float[] divisors) {

        /** Radians per position of each turning pair, [size / 2]. */
        double[] speeds() {
            double[] speeds = new double[size / 2];
            for (int i = 0; i < speeds.length; i++) {
                double divisor = divisors.length == 0 ? 1 : divisors[i];
                double speed = Math.pow(base, -2.0 * i / size) / divisor;
                double stretched = speed / stretch.factor();
                double kept = stretch.yarn() ? kept(i) : 0;
                speeds[i] = stretched * (1 - kept) + speed * kept;
            }
            return speeds;
        }

        /** How far pair {@code i} keeps its speed: those that turn often do (YaRN, arXiv:2309.00071). */
        private double kept(int i) {
            double low = Math.max(0, Math.floor(pairOf(stretch.often())));
            double high = Math.min(size - 1, Math.ceil(pairOf(stretch.seldom())));
            return 1 - Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
        }

        /** The pair that turns so often within the original context. */
        private double pairOf(double turns) {
            return size * Math.log(stretch.context() / (turns * 2 * Math.PI)) / (2 * Math.log(base));
        }
    }

    /**
     * How positions beyond the context of training are squeezed into it.
     *
     * @param factor 1 for not at all
     * @param context of training
     * @param often turns within that context from which on a pair keeps its speed
     * @param seldom turns up to which it is slowed down in full
     * @param magnitude what is turned is multiplied with, so that attention stays as sharp
     */
    record Stretch(boolean yarn, double factor, int context, double often, double seldom, float magnitude) {
        static final Stretch NONE = linear(1);

        static Stretch linear(double factor) {
            return new Stretch(false, factor, 1, 1, 1, 1);
        }
    }
}
