package dev.parley.moe.engine.tensor;

import java.util.Arrays;

/** The loops as the definitions say them. */
final class ScalarKernels implements Kernels {
    static final ScalarKernels INSTANCE = new ScalarKernels();

    private ScalarKernels() {}

    @Override
    public void quantise(Activations x, int at, int n) {
        if (!x.blocked()) {
            return;
        }
        float[] values = x.values();
        for (int b = at / Activations.BLOCK; b < (at + n) / Activations.BLOCK; b++) {
            int from = b * Activations.BLOCK;
            float largest = 0;
            for (int i = from; i < from + Activations.BLOCK; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
            float inverse = largest == 0 ? 0 : 127 / largest;
            x.scales()[b] = largest / 127;
            int sum = 0;
            for (int i = from; i < from + Activations.BLOCK; i++) {
                float scaled = values[i] * inverse;
                int rounded = (int) (scaled + Math.copySign(0.5f, scaled));
                x.round(i, rounded);
                x.wholes()[i] = rounded;
                sum += rounded;
            }
            x.sums()[b] = sum;
        }
    }

    @Override
    public void q8(Matrix.Q8 w, Span span, Activations x, Selection selection, float[] out) {
        float[] row = new float[Matrix.Q8.LANES];
        for (int i = 0; i < selection.size(); i++) {
            for (int r = span.from(); r < span.to(); r += Matrix.Q8.LANES) {
                lanes(w, r, x, selection.rows()[i], row);
                System.arraycopy(row, 0, out, i * w.rows() + r, Math.min(row.length, w.rows() - r));
            }
        }
    }

    /** Sixteen rows from {@code r} on; the loops run along memory. */
    private static void lanes(Matrix.Q8 w, int r, Activations x, int token, float[] out) {
        int[] parts = new int[Matrix.Q8.LANES];
        Arrays.fill(out, 0);
        int xAt = token * w.columns();
        for (int b = 0; b < w.columns() / w.block(); b++) {
            Arrays.fill(parts, 0);
            float scale = x.scales()[xAt / Activations.BLOCK];
            int at = r * w.columns() + b * w.block() * parts.length;
            for (int k = 0; k < w.block(); k++, xAt++, at += parts.length) {
                int by = x.quant(xAt);
                for (int lane = 0; lane < parts.length; lane++) {
                    parts[lane] += w.quants()[at + lane] * by;
                }
            }
            int scaleAt = w.scaleAt(r, b);
            for (int row = 0; row < out.length; row++) {
                out[row] += parts[row % 8 * 2 + row / 8] * (w.scales()[scaleAt + row] * scale);
            }
        }
    }

    @Override
    public void q4(Matrix.Q4 w, Span span, Activations x, Selection selection, float[] out) {
        float[] row = new float[Matrix.Q4.LANES];
        for (int i = 0; i < selection.size(); i++) {
            for (int r = span.from(); r < span.to(); r += Matrix.Q4.LANES) {
                lanes(w, r, x, selection.rows()[i], row);
                System.arraycopy(row, 0, out, i * w.rows() + r, Math.min(row.length, w.rows() - r));
            }
        }
    }

    /** Sixteen rows from {@code r} on; the loops run along memory. */
    private static void lanes(Matrix.Q4 w, int r, Activations x, int token, float[] out) {
        int[] parts = new int[Matrix.Q4.LANES];
        Arrays.fill(out, 0);
        for (int b = 0; b < w.blocks(); b++) {
            int xb = token * w.blocks() + b;
            int xAt = xb * Activations.BLOCK;
            int at = w.scaleAt(r, b);
            Arrays.fill(parts, -8 * x.sums()[xb]);
            for (int k = 0; k < 8; k++) {
                for (int lane = 0; lane < parts.length; lane++) {
                    int four = w.quants()[at * 8 + k * parts.length + lane];
                    parts[lane] += (four & 0xF) * x.quant(xAt + k)
                            + ((four >> 4) & 0xF) * x.quant(xAt + 8 + k)
                            + ((four >> 8) & 0xF) * x.quant(xAt + 16 + k)
                            + ((four >> 12) & 0xF) * x.quant(xAt + 24 + k);
                }
            }
            float scale = x.scales()[xb];
            for (int row = 0; row < out.length; row++) {
                out[row] += parts[row % 8 * 2 + row / 8] * (w.scales()[at + row] * scale);
                if (w.offsets().length > 0) {
                    out[row] += w.offsets()[at + row] * (x.sums()[xb] * scale);
                }
            }
        }
    }

    @Override
    public void f32(Matrix.F32 w, Span span, Activations x, Selection selection, float[] out) {
        for (int i = 0; i < selection.size(); i++) {
            int from = selection.rows()[i] * w.columns();
            for (int r = span.from(); r < span.to(); r++) {
                float sum = 0;
                for (int c = 0; c < w.columns(); c++) {
                    sum += w.values()[r * w.columns() + c] * x.values()[from + c];
                }
                out[i * w.rows() + r] = sum;
            }
        }
    }

    @Override
    public float squares(float[] x, int at, int n) {
        float sum = 0;
        for (int i = at; i < at + n; i++) {
            sum += x[i] * x[i];
        }
        return sum;
    }

    @Override
    public void scores(Head head, float[] keys, int n, float[] scores, int at) {
        for (int p = 0; p < n; p++) {
            float sum = 0;
            for (int d = 0; d < head.size(); d++) {
                sum += head.query()[head.at() + d] * keys[(head.kvAt() + d) * PAGE + p];
            }
            scores[at + p] = sum;
        }
    }

    @Override
    public void scoresOfRows(Head head, float[] keys, int n, float[] scores, int at) {
        for (int p = 0; p < n; p++) {
            float sum = 0;
            for (int d = 0; d < head.size(); d++) {
                sum += head.query()[head.at() + d] * keys[p * head.kvWidth() + head.kvAt() + d];
            }
            scores[at + p] = sum;
        }
    }

    @Override
    public void mix(Head head, float[] values, int n, float[] weights, int at) {
        for (int p = 0; p < n; p++) {
            float weight = weights[at + p];
            int from = p * head.kvWidth() + head.kvAt();
            for (int d = 0; d < head.size(); d++) {
                head.out()[head.at() + d] += weight * values[from + d];
            }
        }
    }

    @Override
    public void softmax(float[] x, int n) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, x[i]);
        }
        float sum = 0;
        for (int i = 0; i < n; i++) {
            x[i] = exp(x[i] - largest);
            sum += x[i];
        }
        for (int i = 0; i < n; i++) {
            x[i] /= sum;
        }
    }

    @Override
    public double logSumExp(float[] x, int at, int n) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + n; i++) {
            largest = Math.max(largest, x[i]);
        }
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            sum += exp(x[i] - largest);
        }
        return largest + Math.log(sum);
    }

    @Override
    public void gated(float[] gate, float[] up, int at, int n, float[] out) {
        for (int i = at; i < at + n; i++) {
            out[i] = gate[i] / (1 + exp(-gate[i])) * up[i];
        }
    }

    private static float exp(float x) {
        return (float) Math.exp(x);
    }
}
