package dev.parley.moe.engine.model;

import java.util.ArrayList;
import java.util.List;

/** Cosines and sines by position, made as far as needed. Not thread-safe. */
final class RotaryTable {
    private final ModelShape.Rope rope;
    private final double[] speeds; // [size / 2], radians per position
    private final float magnitude;
    private final List<float[]> rows = new ArrayList<>(); // [position][cos, sin, cos, sin ...]

    RotaryTable(ModelShape.Rope rope) {
        this.rope = rope;
        speeds = rope.speeds();
        magnitude = rope.stretch().magnitude();
    }

    /** Turns each head of {@code x[at .. at + width]}. */
    void turn(float[] x, int at, int width, int headSize, int position) {
        float[] row = row(position);
        boolean neighbours = rope.turning() == Architecture.Turning.NEIGHBOURS;
        int step = neighbours ? 2 : 1;
        int apart = neighbours ? 1 : rope.size() / 2;
        for (int head = at; head < at + width; head += headSize) {
            for (int i = 0; i < speeds.length; i++) {
                int first = head + i * step;
                float a = x[first];
                float b = x[first + apart];
                x[first] = a * row[2 * i] - b * row[2 * i + 1];
                x[first + apart] = a * row[2 * i + 1] + b * row[2 * i];
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
        for (int i = 0; i < speeds.length; i++) {
            double angle = position * speeds[i];
            row[2 * i] = (float) Math.cos(angle) * magnitude;
            row[2 * i + 1] = (float) Math.sin(angle) * magnitude;
        }
        return row;
    }
}
