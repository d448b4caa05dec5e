package dev.parley.moe.engine.model;

/**
 * The sizes of a model.
 *
 * @param shares what the chosen experts' weights are shares of
 * @param context positions, prompt and answer together
 * @param width of the residual stream
 * @param hidden width inside the widest feed-forward part or expert
 * @param experts per layer that has experts; 0 for a dense model
 * @param expertsUsed per token
 * @param vocabulary token ids
 */
public record ModelShape(
        Architecture.Shares shares,
        int layers,
        int context,
        int width,
        int hidden,
        Heads heads,
        Rope rope,
        float epsilon,
        int experts,
        int expertsUsed,
        int vocabulary) {

    /**
     * Attention heads.
     *
     * @param query heads
     * @param shared key-value heads; each serves {@code query / shared} query heads
     * @param size of a head
     */
    public record Heads(int query, int shared, int size) {
        public int queryWidth() {
            return query * size;
        }

        public int sharedWidth() {
            return shared * size;
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

        /** What YaRN multiplies queries and keys with, so that attention stays as sharp. */
        float magnitude() {
            return stretch.yarn() ? (float) (1 + 0.1 * Math.log(stretch.factor())) : 1;
        }

        /** How far pair {@code i} keeps its speed: those that turn often do, from 32 turns down to 1 (YaRN, arXiv:2309.00071). */
        private double kept(int i) {
            double low = Math.max(0, Math.floor(pairOf(32)));
            double high = Math.min(size - 1, Math.ceil(pairOf(1)));
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
     */
    record Stretch(boolean yarn, double factor, int context) {
        static final Stretch NONE = new Stretch(false, 1, 1);
    }
}
