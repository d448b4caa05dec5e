package dev.parley.moe.engine.tensor;

import java.lang.reflect.Proxy;

/** The scalar kernels, but for quantised products over activations that are not rounded: what the weights mean exactly. */
public final class ExactKernels {
    private ExactKernels() {}

    public static Kernels create() {
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("q8")) {
                        Matrix.Q8 w = (Matrix.Q8) arguments[0];
                        float[] values = new float[w.rows() * w.columns()];
                        for (int r = 0; r < w.rows(); r++) {
                            w.row(r, values, r * w.columns());
                        }
                        arguments[0] = new Matrix.F32(values, w.rows(), w.columns());
                        Kernels.scalar()
                                .f32(
                                        (Matrix.F32) arguments[0],
                                        (Activations) arguments[1],
                                        (Selection) arguments[2],
                                        (float[]) arguments[3]);
                        return null;
                    }
                    return method.invoke(Kernels.scalar(), arguments);
                });
    }
}
