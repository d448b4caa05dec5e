package dev.parley.chat;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value made on first use. Not thread-safe. */
final class Lazy<T> {
    private final Supplier<T> source;
    private @Nullable T value;

    Lazy(Supplier<T> source) {
        this.source = source;
    }

    T get() {
        T made = value;
        if (made == null) {
            made = source.get();
            value = made;
        }
        return made;
    }
}
