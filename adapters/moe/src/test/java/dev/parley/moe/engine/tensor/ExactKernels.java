package dev.parley.moe.engine.tensor;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The scalar kernels, but for quantised products over activations that are not rounded: what the weights mean exactly. */
public final class ExactKernels {
    private ExactKernels() {}

    public static Kernels create() {
        Map<Matrix, Matrix.F32> widened = new ConcurrentHashMap<>();
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (!method.getName().matches("q8|q4")) {
                        return method.invoke(Kernels.scalar(), arguments);
                    }
                    Matrix.F32 w = widened.computeIfAbsent((Matrix) arguments[0], ExactKernels::widen);
                    Kernels.vector()
                            .f32(w, (Span) arguments[1], (Activations) arguments[2], (Selection) arguments[3], (float[])
                                    arguments[4]);
                    return null;
                });
    }

    private static Matrix.F32 widen(Matrix w) {
        float[] values = new float[w.rows() * w.columns()];
        for (int r = 0; r < w.rows(); r++) {
            w.row(r, values, r * w.columns());
        }
        return new Matrix.F32(values, w.rows(), w.columns());
    }
}
