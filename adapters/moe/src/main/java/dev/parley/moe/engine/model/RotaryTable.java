package dev.parley.moe.engine.model;

import java.util.ArrayList;
import java.util.List;

/** Cosines and sines by position, made as far as needed. Neighbouring numbers (2i, 2i + 1) of a head turn together. Not thread-safe. */
final class RotaryTable {
    private final ModelShape.Rope rope;
    private final List<float[]> rows = new ArrayList<>(); // [position][cos, sin, cos, sin ...]

    RotaryTable(ModelShape.Rope rope) {
        this.rope = rope;
    }

    /** Turns each head of {@code x[at .. at + heads * size]}. */
    void turn(float[] x, int at, int width, int headSize, int position) {
        float[] row = row(position);
        for (int head = at; head < at + width; head += headSize) {
            for (int i = 0; i < rope.size(); i += 2) {
                float even = x[head + i];
                float odd = x[head + i + 1];
                x[head + i] = even * row[i] - odd * row[i + 1];
                x[head + i + 1] = even * row[i + 1] + odd * row[i];
            }
        }
    }

    private float[] row(int position) {
        while (rows.size() <= position) {
            rows.add(compute(rows.size()));
        }
        return rows.get(position);
    }

    private float[] compute(int position) {
        float[] row = new float[rope.size()];
        for (int i = 0; i < row.length; i += 2) {
            double angle = position * Math.pow(rope.base(), -(double) i / row.length);
            row[i] = (float) Math.cos(angle);
            row[i + 1] = (float) Math.sin(angle);
        }
        return row;
    }
}
