package dev.parley.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A key or password, read from the environment or a file. Never printed: {@link #toString()} shows nothing of it. */
public final class Secret {
    private static final Secret NONE = new Secret("");
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** No secret: the backend wants none. */
    public static Secret none() {
        return NONE;
    }

    public boolean isPresent() {
        return !value.isEmpty();
    }

    /** The secret itself, for the one place that sends it. */
    public String reveal() {
        return value;
    }

    /** Compares in constant time. */
    public boolean matches(String candidate) {
        return isPresent()
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && matchesOrBothEmpty(secret);
    }

    private boolean matchesOrBothEmpty(Secret other) {
        return (value.isEmpty() && other.value.isEmpty()) || matches(other.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return isPresent() ? "***" : "(none)";
    }
}
