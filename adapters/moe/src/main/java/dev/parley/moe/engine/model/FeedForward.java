package dev.parley.moe.engine.model;

import dev.parley.moe.engine.tensor.Activations;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Selection;
import dev.parley.moe.engine.tensor.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SwiGLU parts of a layer, several at a time: the more is computed between two meetings of a crew, the less its threads wait for each
 * other. D width, F hidden width. Scratch memory of one thread.
 */
final class FeedForward {
    private final int width;
    private final List<Seat> seats = new ArrayList<>(); // by place among those computed together

    FeedForward(int width) {
        this.width = width;
    }

    /**
     * A part and the rows it is applied to.
     *
     * @param shares [rows], weights of what comes out
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Task(Weights.Dense w, Selection rows, float[] shares) {}

    /** For each task out = down(silu(gate x) * up x), densely, for its rows of {@code x}. */
    void compute(Forward.Step step, Activations x, List<Task> tasks) {
        while (seats.size() < tasks.size()) {
            seats.add(new Seat());
        }
        Linear.Work[] in = new Linear.Work[tasks.size()];
        for (int i = 0; i < in.length; i++) {
            Seat seat = seats.get(i);
            seat.make(tasks.get(i), width);
            in[i] = new Gated(tasks.get(i), x, seat.gated, seat.up, seat.inner);
        }
        step.compute(in);
        Linear.Work[] down = new Linear.Work[tasks.size()];
        for (int i = 0; i < down.length; i++) {
            Seat seat = seats.get(i);
            Selection all = Selection.first(tasks.get(i).rows().size());
            down[i] = new Linear.Product(tasks.get(i).w().down(), seat.inner, all, seat.out);
        }
        step.compute(down);
    }

    /** What came of the {@code i}-th task, [its rows, D]; overwritten by the next. */
    float[] out(int i) {
        return seats.get(i).out;
    }

    /** What {@code down} of the {@code i}-th task was applied to, [its rows, F]. */
    Activations inner(int i) {
        return seats.get(i).inner;
    }

    /** Memory of one task, as much as it has needed so far. */
    private static final class Seat {
        private float[] gated = new float[0]; // [rows, F]
        private float[] up = new float[0]; // [rows, F]
        private float[] out = new float[0]; // [rows, D]
        private Activations inner = new Activations(0, 0); // [rows, F]
        private final Map<Integer, Activations> inners = new HashMap<>(); // by F

        void make(Task task, int width) {
            int rows = task.rows().size();
            int hidden = task.w().hidden();
            if (gated.length < rows * hidden) {
                gated = new float[rows * hidden];
                up = new float[rows * hidden];
            }
            if (out.length < rows * width) {
                out = new float[rows * width];
            }
            inner = inners.compute(
                    hidden, (f, had) -> had == null || had.capacity() < rows ? new Activations(rows, f) : had);
        }
    }

    /** inner = silu(gate x) * up x, rounded: for some hidden numbers all of it, since they are in that core's cache. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Gated(Task task, Activations x, float[] gated, float[] up, Activations inner)
            implements Linear.Work {
        @Override
        public int grain() {
            return Activations.BLOCK;
        }

        @Override
        public int rows() {
            return task.w().hidden();
        }

        @Override
        public long multiplications() {
            return 2L * task.w().hidden() * x.width() * task.rows().size();
        }

        @Override
        public void compute(Kernels kernels, Span span) {
            task.w().gate().times(kernels, span, x, task.rows(), gated);
            task.w().up().times(kernels, span, x, task.rows(), up);
            int n = span.to() - span.from();
            for (int i = 0; i < task.rows().size(); i++) {
                int at = i * rows() + span.from();
                if (task.w().clamped()) {
                    clamped(at, n);
                } else {
                    kernels.gated(gated, up, at, n, inner.values());
                }
                kernels.quantise(inner, at, n);
            }
        }

        /** gpt-oss: (min(up, 7) + 1) * gate * sigmoid(1.702 gate), the gate at most 7, up at least -7. */
        private void clamped(int at, int n) {
            for (int i = at; i < at + n; i++) {
                float g = Math.min(gated[i], 7);
                float u = Math.clamp(up[i], -7f, 7f);
                inner.values()[i] = (float) (g / (1 + Math.exp(-1.702 * g))) * (u + 1);
            }
        }
    }
}
