package dev.parley.moe.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kernel against its definition in doubles. */
class KernelsTest {
    private final SplittableRandom random = new SplittableRandom(5);

    static Stream<Kernels> kernels() {
        assertThat(Kernels.vector()).as("tests run with the vector module").isInstanceOf(VectorKernels.class);
        return Stream.of(Kernels.scalar(), Kernels.vector());
    }

    private float[] numbers(int n, double scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (random.nextGaussian() * scale);
        }
        return x;
    }

    private Activations activations(int rows, int width) {
        Activations x = new Activations(rows, width);
        System.arraycopy(numbers(rows * width, 2), 0, x.values(), 0, rows * width);
        return x;
    }

    /** All kernels with all layouts of quantised weights, the extreme numbers among them. */
    static Stream<Arguments> layouts() {
        return kernels()
                .flatMap(kernels -> Stream.of("Q8", "Q8 in sixteens", "Q4", "Q4 with offsets")
                        .map(layout -> Arguments.of(kernels, layout)));
    }

    private Matrix matrix(String layout, int rows, int columns) {
        if (layout.startsWith("Q8")) {
            Matrix.Q8 w = Matrix.Q8.empty(rows, columns, layout.equals("Q8") ? 32 : 16);
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    w.put(r, c, r == 0 ? -128 : r == 1 ? 127 : random.nextInt(-128, 128));
                }
            }
            System.arraycopy(numbers(w.scales().length, 0.01), 0, w.scales(), 0, w.scales().length);
            return w;
        }
        Matrix.Q4 w = Matrix.Q4.empty(rows, columns, layout.endsWith("offsets"));
        for (int r = 0; r < rows; r++) {
            for (int b = 0; b < columns / 32; b++) {
                w.put(r, b, r == 0 ? new int[32] : random.ints(32, 0, 16).toArray());
            }
        }
        System.arraycopy(numbers(w.scales().length, 0.01), 0, w.scales(), 0, w.scales().length);
        System.arraycopy(numbers(w.offsets().length, 0.1), 0, w.offsets(), 0, w.offsets().length);
        return w;
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void multipliesQuantised(Kernels kernels, String layout) {
        int rows = 37;
        int width = 96;
        Matrix w = matrix(layout, rows, width);
        Activations x = activations(7, width);
        Arrays.fill(x.values(), 3 * width, 4 * width, 5f);
        kernels.quantise(x, 7);
        Selection selection = new Selection(new int[] {6, 0, 3, 3, 1, 99}, 5);
        float[] out = new float[5 * rows + 1];
        w.times(kernels, new Span(0, rows), x, selection, out);
        float[] row = new float[width];
        for (int r = 0; r < rows; r++) {
            w.row(r, row, 0);
            for (int i = 0; i < 5; i++) {
                double sum = 0;
                for (int c = 0; c < width; c++) {
                    int at = selection.rows()[i] * width + c;
                    double rounded = x.quant(at) * (double) x.scales()[at / 32];
                    assertThat(rounded).isCloseTo(x.values()[at], within(x.scales()[at / 32] * 0.5001));
                    sum += row[c] * rounded;
                }
                assertThat((double) out[i * rows + r]).isCloseTo(sum, within(1e-4 * Math.max(1, Math.abs(sum))));
            }
        }
        assertThat(out[5 * rows]).isZero();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void multipliesFullPrecision(Kernels kernels) {
        Matrix.F32 w = new Matrix.F32(numbers(5 * 43, 1), 5, 43);
        Activations x = activations(3, 43);
        float[] out = new float[10];
        w.times(kernels, new Span(0, 5), x, new Selection(new int[] {2, 0}, 2), out);
        for (int r = 0; r < 5; r++) {
            double sum = 0;
            for (int c = 0; c < 43; c++) {
                sum += w.values()[r * 43 + c] * (double) x.values()[2 * 43 + c];
            }
            assertThat((double) out[r]).isCloseTo(sum, within(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void oneTokenComesOutTheSameAmongMany(Kernels kernels, String layout) {
        Matrix w = matrix(layout, 64, 96);
        Activations x = activations(9, 96);
        kernels.quantise(x, 9);
        float[] together = new float[9 * 64];
        w.times(kernels, new Span(0, 64), x, Selection.first(9), together);
        float[] inParts = new float[9 * 64];
        for (int[] part : new int[][] {{48, 64}, {0, 16}, {16, 48}}) {
            w.times(kernels, new Span(part[0], part[1]), x, Selection.first(9), inParts);
        }
        assertThat(inParts).as("rows cut in spans").containsExactly(together);
        for (int i = 0; i < 9; i++) {
            float[] alone = new float[64];
            w.times(kernels, new Span(0, 64), x, new Selection(new int[] {i}, 1), alone);
            assertThat(alone).containsExactly(Arrays.copyOfRange(together, i * 64, i * 64 + 64));
        }
    }

    /** Rows that fill no sixteen, and tokens in any order and number. */
    @ParameterizedTest
    @MethodSource("layouts")
    void groupsOfTokensComeOutTheSame(Kernels kernels, String layout) {
        int rows = 43;
        Matrix w = matrix(layout, rows, 128);
        Activations x = activations(23, 128);
        kernels.quantise(x, 23);
        int[] order = IntStream.range(0, 23).map(i -> i * 7 % 23).toArray();
        for (int size : new int[] {2, 4, 7, 8, 11, 12, 23}) {
            float[] together = new float[size * rows + 1];
            w.times(kernels, new Span(0, rows), x, new Selection(order, size), together);
            for (int i = 0; i < size; i++) {
                float[] alone = new float[rows];
                w.times(kernels, new Span(0, rows), x, new Selection(new int[] {order[i]}, 1), alone);
                assertThat(alone).containsExactly(Arrays.copyOfRange(together, i * rows, i * rows + rows));
            }
            assertThat(together[size * rows]).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void quantisesZeroes(Kernels kernels) {
        Activations x = new Activations(1, 32);
        x.round(3, 9);
        kernels.quantise(x, 1);
        assertThat(x.twins()).containsOnly(0);
        assertThat(x.scales()[0]).isZero();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void attends(Kernels kernels) {
        int size = 40;
        int kvWidth = 80;
        float[] query = numbers(100, 1);
        float[] keys = numbers(kvWidth * Kernels.PAGE, 1);
        float[] values = numbers(kvWidth * Kernels.PAGE, 1);
        float[] weights = numbers(2 * Kernels.PAGE, 1);
        float[] scores = new float[2 * Kernels.PAGE];
        float[] out = new float[100];
        Kernels.Head head = new Kernels.Head(query, out, 30, size, 40, kvWidth);
        int n = 45;
        kernels.scores(head, keys, n, scores, Kernels.PAGE);
        kernels.mix(head, values, n, weights, Kernels.PAGE);
        for (int p = 0; p < n; p++) {
            double sum = 0;
            for (int d = 0; d < size; d++) {
                sum += query[30 + d] * (double) keys[(40 + d) * Kernels.PAGE + p];
            }
            assertThat((double) scores[Kernels.PAGE + p]).isCloseTo(sum, within(1e-4));
        }
        for (int d = 0; d < size; d++) {
            double sum = 0;
            for (int p = 0; p < n; p++) {
                sum += weights[Kernels.PAGE + p] * (double) values[p * kvWidth + 40 + d];
            }
            assertThat((double) out[30 + d]).isCloseTo(sum, within(1e-4));
        }
        assertThat(out[29]).isZero();
        assertThat(out[30 + size]).isZero();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scoresKeysThatLieInRows(Kernels kernels) {
        int size = 45;
        int width = 100;
        int n = 39;
        float[] query = numbers(30 + size, 1);
        float[] keys = numbers(Kernels.PAGE * width, 1);
        float[] scores = new float[2 * Kernels.PAGE];
        Kernels.Head head = new Kernels.Head(query, query, 30, size, 40, width);
        kernels.scoresOfRows(head, keys, n, scores, Kernels.PAGE);
        for (int p = 0; p < n; p++) {
            double sum = 0;
            for (int d = 0; d < size; d++) {
                sum += query[30 + d] * (double) keys[p * width + 40 + d];
            }
            assertThat((double) scores[Kernels.PAGE + p]).isCloseTo(sum, within(1e-4));
        }
        assertThat(scores[Kernels.PAGE - 1]).isZero();
        assertThat(scores[Kernels.PAGE + n]).isZero();
        float[] fewer = new float[2 * Kernels.PAGE];
        kernels.scoresOfRows(head, keys, n - 2, fewer, Kernels.PAGE);
        assertThat(Arrays.copyOf(fewer, Kernels.PAGE + n - 2))
                .as("bit for bit, with whatever others")
                .isEqualTo(Arrays.copyOf(scores, Kernels.PAGE + n - 2));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void normalises(Kernels kernels) {
        float[] x = numbers(51, 4);
        x[7] = -200;
        float[] y = x.clone();
        double most = 0;
        for (int i = 0; i < 50; i++) {
            most = Math.max(most, x[i]);
        }
        double sum = 0;
        for (int i = 0; i < 50; i++) {
            sum += Math.exp(x[i] - most);
        }
        assertThat(kernels.logSumExp(x, 0, 50)).isCloseTo(most + Math.log(sum), within(1e-5));
        kernels.softmax(y, 50);
        for (int i = 0; i < 50; i++) {
            assertThat((double) y[i]).isCloseTo(Math.exp(x[i] - most) / sum, within(1e-6));
        }
        assertThat(y[50]).isEqualTo(x[50]);
        double squares = 0;
        for (int i = 3; i < 50; i++) {
            squares += x[i] * (double) x[i];
        }
        assertThat((double) kernels.squares(x, 3, 47)).isCloseTo(squares, within(squares * 1e-6));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void gates(Kernels kernels) {
        float[] gate = numbers(50, 6);
        gate[0] = -120;
        gate[1] = 120;
        float[] up = numbers(50, 1);
        float[] out = new float[51];
        kernels.gated(gate, up, 0, 3, out);
        kernels.gated(gate, up, 3, 47, out);
        for (int i = 0; i < 50; i++) {
            double expected = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            assertThat((double) out[i]).isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
        }
        assertThat(out[50]).isZero();
    }
}
