package dev.parley.moe.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The forward pass once more, in doubles, one token after the other, without any cleverness: what the engine is held to. */
public final class ReferenceLlama {
    private final TinyModel model;
    private final TinyModel.Sizes sizes;
    private final Map<String, double[]> weights;
    private final int headSize;

    public ReferenceLlama(TinyModel model) {
        this.model = model;
        this.sizes = model.sizes;
        this.weights = this.model.weights;
        this.headSize = sizes.width() / sizes.heads();
    }

    /** Logits after the last of the tokens. */
    public double[] logits(int[] tokens) {
        List<double[]> stream = new ArrayList<>();
        for (int token : tokens) {
            double[] table = Objects.requireNonNull(weights.get("token_embd.weight"));
            stream.add(Arrays.copyOfRange(table, token * sizes.width(), (token + 1) * sizes.width()));
        }
        for (int n = 0; n < sizes.layers(); n++) {
            stream = layer("blk." + n + ".", stream);
        }
        return times("output.weight", 0, norm(stream.getLast(), "output_norm.weight"), TinyModel.VOCABULARY);
    }

    private List<double[]> layer(String at, List<double[]> stream) {
        List<double[]> keys = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        List<double[]> result = new ArrayList<>();
        for (int p = 0; p < stream.size(); p++) {
            double[] h = norm(stream.get(p), at + "attn_norm.weight");
            keys.add(turned(times(at + "attn_k.weight", 0, h, sizes.kvWidth()), p));
            values.add(times(at + "attn_v.weight", 0, h, sizes.kvWidth()));
            double[] q = turned(times(at + "attn_q.weight", 0, h, sizes.width()), p);
            double[] mixed = times(at + "attn_output.weight", 0, attention(q, keys, values), sizes.width());
            double[] x = plus(stream.get(p), mixed, 1);
            result.add(plus(x, feedForward(at, norm(x, at + "ffn_norm.weight")), 1));
        }
        return result;
    }

    private double[] attention(double[] q, List<double[]> keys, List<double[]> values) {
        double[] out = new double[sizes.width()];
        for (int h = 0; h < sizes.heads(); h++) {
            int kv = h / (sizes.heads() / sizes.shared()) * headSize;
            double[] scores = new double[keys.size()];
            for (int p = 0; p < scores.length; p++) {
                for (int d = 0; d < headSize; d++) {
                    scores[p] += q[h * headSize + d] * keys.get(p)[kv + d] / Math.sqrt(headSize);
                }
            }
            double[] weight = softmax(scores);
            for (int p = 0; p < scores.length; p++) {
                for (int d = 0; d < headSize; d++) {
                    out[h * headSize + d] += weight[p] * values.get(p)[kv + d];
                }
            }
        }
        return out;
    }

    private double[] feedForward(String at, double[] h) {
        if (sizes.experts() == 0) {
            return expert(at, "", 0, h);
        }
        double[] mass = softmax(times(at + "ffn_gate_inp.weight", 0, h, sizes.experts()));
        int[] best = IntStream.range(0, sizes.experts())
                .boxed()
                .sorted(Comparator.comparingDouble(e -> -mass[e]))
                .limit(sizes.used())
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = Arrays.stream(best).mapToDouble(e -> mass[e]).sum();
        double[] out = new double[sizes.width()];
        for (int e : best) {
            out = plus(out, expert(at, "_exps", e, h), mass[e] / sum);
        }
        return out;
    }

    private double[] expert(String at, String suffix, int e, double[] h) {
        double[] gate = times(at + "ffn_gate" + suffix + ".weight", e, h, sizes.hidden());
        double[] up = times(at + "ffn_up" + suffix + ".weight", e, h, sizes.hidden());
        for (int i = 0; i < gate.length; i++) {
            gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        }
        return times(at + "ffn_down" + suffix + ".weight", e, gate, sizes.width());
    }

    private double[] times(String name, int slice, double[] x, int rows) {
        double[] w = Objects.requireNonNull(weights.get(name));
        double[] out = new double[rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.length; c++) {
                out[r] += w[(slice * rows + r) * x.length + c] * x[c];
            }
        }
        return out;
    }

    private double[] norm(double[] x, String name) {
        double mean = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
        double[] w = Objects.requireNonNull(weights.get(name));
        return IntStream.range(0, x.length)
                .mapToDouble(i -> x[i] / Math.sqrt(mean + 1e-5) * w[i])
                .toArray();
    }

    private double[] turned(double[] x, int position) {
        double[] out = x.clone();
        for (int i = 0; i < x.length; i += 2) {
            double angle = position * Math.pow(10000, -(double) (i % headSize) / headSize);
            out[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
            out[i + 1] = x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle);
        }
        return out;
    }

    private static double[] softmax(double[] x) {
        double most = Arrays.stream(x).max().orElseThrow();
        double sum = Arrays.stream(x).map(v -> Math.exp(v - most)).sum();
        return Arrays.stream(x).map(v -> Math.exp(v - most) / sum).toArray();
    }

    private static double[] plus(double[] a, double[] b, double share) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> a[i] + share * b[i])
                .toArray();
    }
}
