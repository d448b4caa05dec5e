package dev.parley.moe.engine.gguf;

import java.util.List;

/** A metadata value. Integers of every width are {@link Whole}; unsigned 64-bit ones beyond the signed range come out negative. */
sealed interface GgufValue {
    record Whole(long value) implements GgufValue {}

    record Real(double value) implements GgufValue {}

    record Flag(boolean value) implements GgufValue {}

    record Text(String value) implements GgufValue {}

    @SuppressWarnings("ArrayRecordComponent")
    record Wholes(long[] values) implements GgufValue {}

    @SuppressWarnings("ArrayRecordComponent")
    record Reals(double[] values) implements GgufValue {}

    record Texts(List<String> values) implements GgufValue {
        public Texts {
            values = List.copyOf(values);
        }
    }

    /** What it is, for messages. */
    default String kind() {
        return switch (this) {
            case Whole v -> "an integer";
            case Real v -> "a number";
            case Flag v -> "a boolean";
            case Text v -> "a string";
            case Wholes v -> "an array of integers";
            case Reals v -> "an array of numbers";
            case Texts v -> "an array of strings";
        };
    }
}
