package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.onnx.OnnxMixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The mixture of experts in full precision beside ONNX Runtime's, loaded from a file as ever, gate and experts. Attention's output is
 * made 0 and the last matrix the identity, so that the logits are norm(x + mixture(norm(x))): what is compared has root mean square 1.
 * The operator has no shared experts, so those of qwen2moe and deepseek are left to LlamaCppIT.
 */
class OnnxMixtureIT {
    private static final RandomModel.Sizes SIZES = new RandomModel.Sizes(1, 128, 96, 4, 2, 8, 2);
    private static final int TOKENS = 50;

    @ParameterizedTest
    @CsvSource({
        "llama, 2",
        "llama, 1",
        "llama, 3",
        "llama, 8",
        "qwen3moe, 2",
        "olmoe, 2",
        "olmoe, 5",
        "gpt-oss, 2",
        "gpt-oss, 4"
    })
    void mixtureAgrees(String architecture, int used) throws Exception {
        Model model = onlyTheMixture(ModelLoader.load(
                "random.gguf",
                RandomModel.of(architecture, SIZES, TensorType.F32, 21).bytes()));
        Weights.Layer layer = model.weights().layers().getFirst();
        Weights.Experts experts = (Weights.Experts) layer.feedForward();
        int[] tokens = IntStream.range(0, TOKENS).map(i -> i * 5).toArray();
        float[] x = new float[TOKENS * SIZES.width()];
        for (int t = 0; t < TOKENS; t++) {
            model.weights().embedding().row(tokens[t], x, t * SIZES.width());
        }
        float[] mixture = mixture(model, used).times(numbers(experts), normed(x, layer.feedForwardNorm(), model));
        float[] sum = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = x[i] + mixture[i];
        }
        float[] expected = normed(sum, model.weights().outputNorm(), model);
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.vector())) {
            assertThat(logits(model, kernels, tokens, used))
                    .hasSameSizeAs(expected)
                    .satisfies(actual -> {
                        for (int i = 0; i < expected.length; i++) {
                            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
                        }
                    });
        }
        assertThat(apart(x, sum)).as("share of the mixture in the sum").isGreaterThan(0.3);
    }

    /** Root mean square of the difference to that of {@code b}. */
    private static double apart(float[] a, float[] b) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - b[i]) * (double) (a[i] - b[i]);
            size += b[i] * (double) b[i];
        }
        return Math.sqrt(difference / size);
    }

    private static Model onlyTheMixture(Model model) {
        int width = SIZES.width();
        Weights.Layer layer = model.weights().layers().getFirst();
        Weights.Heads w = (Weights.Heads) layer.attention();
        Linear nothing = Linear.plain(new Matrix.F32(
                new float[width * w.output().weight().columns()],
                width,
                w.output().weight().columns()));
        Weights.Heads silent =
                new Weights.Heads(w.q(), w.k(), w.v(), nothing, w.queryNorm(), w.keyNorm(), w.sinks(), w.window());
        float[] identity = new float[model.shape().vocabulary() * width];
        for (int d = 0; d < width; d++) {
            identity[d * width + d] = 1;
        }
        Weights weights = new Weights(
                model.weights().embedding(),
                List.of(new Weights.Layer(layer.attentionNorm(), silent, layer.feedForwardNorm(), layer.feedForward())),
                model.weights().outputNorm(),
                new Matrix.F32(identity, model.shape().vocabulary(), width));
        return new Model(model.profile(), model.shape(), weights, new Model.Text(model.tokenizer(), model.template()));
    }

    private static OnnxMixture mixture(Model model, int used) {
        boolean ofChosen = model.shape().gating().ofChosen();
        Weights.Experts experts =
                (Weights.Experts) model.weights().layers().getFirst().feedForward();
        boolean clamped = experts.experts().getFirst().clamped();
        return new OnnxMixture(
                new OnnxMixture.Form(TOKENS, SIZES.width(), SIZES.hidden(), SIZES.experts(), used, ofChosen, clamped));
    }

    /** The weights as the operator wants them. */
    private static OnnxMixture.Weights numbers(Weights.Experts w) {
        List<float[]> rows = new ArrayList<>();
        List<float[]> rowBiases = new ArrayList<>();
        List<float[]> back = new ArrayList<>();
        List<float[]> backBiases = new ArrayList<>();
        for (Weights.Dense expert : w.experts()) {
            for (int r = 0; r < expert.hidden(); r++) {
                rows.addAll(List.of(row(expert.gate(), r), row(expert.up(), r)));
                rowBiases.addAll(List.of(bias(expert.gate(), r), bias(expert.up(), r)));
            }
            for (int r = 0; r < expert.down().rows(); r++) {
                back.add(row(expert.down(), r));
                backBiases.add(bias(expert.down(), r));
            }
        }
        float[] gate = new float[SIZES.width() * SIZES.experts()];
        List<float[]> gateBiases = new ArrayList<>();
        for (int e = 0; e < SIZES.experts(); e++) {
            float[] row = row(w.gate(), e);
            gateBiases.add(bias(w.gate(), e));
            for (int d = 0; d < row.length; d++) {
                gate[d * SIZES.experts() + e] = row[d];
            }
        }
        return new OnnxMixture.Weights(
                gate, joined(gateBiases), joined(rows), joined(rowBiases), joined(back), joined(backBiases));
    }

    private static float[] row(Linear linear, int r) {
        float[] row = new float[linear.weight().columns()];
        linear.weight().row(r, row, 0);
        return row;
    }

    private static float[] bias(Linear linear, int r) {
        return new float[] {linear.bias().length == 0 ? 0 : linear.bias()[r]};
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Rows divided by their root mean square, times weight, in double precision. */
    private static float[] normed(float[] x, float[] weight, Model model) {
        int width = SIZES.width();
        float[] result = new float[x.length];
        for (int at = 0; at < x.length; at += width) {
            double squares = 0;
            for (int d = 0; d < width; d++) {
                squares += x[at + d] * (double) x[at + d];
            }
            double scale = 1 / Math.sqrt(squares / width + model.shape().epsilon());
            for (int d = 0; d < width; d++) {
                result[at + d] = (float) (x[at + d] * scale * weight[d]);
            }
        }
        return result;
    }

    /** The engine's, [tokens, width]; another number of experts than the trained one by the request's rule. */
    private static float[] logits(Model model, Kernels kernels, int[] tokens, int used) {
        Forward forward = new Forward(model, tokens.length);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(tokens.length);
        OptionalInt experts = used == SIZES.used() ? OptionalInt.empty() : OptionalInt.of(used);
        GateRule rule = new GateRule(experts, 1, 0, OptionalInt.empty(), new float[0][]);
        for (int t = 0; t < tokens.length; t++) {
            batch.add(cache, t, tokens[t], rule);
            batch.want();
        }
        forward.run(kernels, batch);
        int vocabulary = model.shape().vocabulary();
        List<float[]> rows = new ArrayList<>();
        for (int t = 0; t < tokens.length; t++) {
            int at = t * vocabulary;
            rows.add(Arrays.copyOfRange(forward.logits(), at, at + SIZES.width()));
        }
        return joined(rows);
    }
}
