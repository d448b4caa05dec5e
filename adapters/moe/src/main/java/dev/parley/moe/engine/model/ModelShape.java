package dev.parley.moe.engine.model;

/**
 * The sizes of a model.
 *
 * @param context positions, prompt and answer together
 * @param width of the residual stream
 * @param hidden width inside a feed-forward part or expert
 * @param experts per layer; 0 for a dense model
 * @param expertsUsed per token
 * @param vocabulary token ids
 */
public record ModelShape(
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
     */
    public record Rope(int size, double base) {}
}
