package dev.parley.config;

/**
 * The name by which clients, policies and records call a model, such as {@code gpt-4o-mini} or {@code qwen/qwen3-30b-a3b}.
 *
 * @param value non-blank; may hold {@code /} and {@code :}
 */
public record ModelId(String value) implements Comparable<ModelId> {
    public ModelId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a model id must not be blank");
        }
    }

    @Override
    public int compareTo(ModelId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
