package dev.parley.moe.engine.tensor;

/** x / rms(x) * weight (arXiv:1910.07467). */
public record RmsNorm(float epsilon) {
    /** to[i] = norm(x[rows[i]]), rounded too; rows are as wide as {@code weight}. */
    public void rows(Kernels kernels, float[] weight, float[] x, Selection rows, Activations to) {
        int width = weight.length;
        for (int i = 0; i < rows.size(); i++) {
            int at = rows.rows()[i] * width;
            float scale = scale(kernels, x, at, width);
            for (int d = 0; d < width; d++) {
                to.values()[i * width + d] = x[at + d] * scale * weight[d];
            }
        }
        kernels.quantise(to, rows.size());
    }

    /** Norms {@code x[at ..]} in place, as many numbers as there are weights; nothing if there are none. */
    public void inPlace(Kernels kernels, float[] weight, float[] x, int at) {
        if (weight.length == 0) {
            return;
        }
        float scale = scale(kernels, x, at, weight.length);
        for (int d = 0; d < weight.length; d++) {
            x[at + d] *= scale * weight[d];
        }
    }

    private float scale(Kernels kernels, float[] x, int at, int n) {
        return (float) (1 / Math.sqrt(kernels.squares(x, at, n) / n + epsilon));
    }
}
