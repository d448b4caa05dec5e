package dev.parley.moe.engine.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The typed keys of a file. A missing key, another type or a value out of range is a {@link GgufException}. Immutable. */
public final class GgufMetadata {
    private static final String REMEDY = "Convert the model again, or correct the key";

    private final String file;
    private final Map<String, GgufValue> values;

    GgufMetadata(String file, Map<String, GgufValue> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public Set<String> keys() {
        return values.keySet();
    }

    /** An integer between {@code least} and {@code most}, both included. */
    public long whole(String key, long least, long most) {
        if (!(required(key) instanceof GgufValue.Whole(long value))) {
            throw fault(key, "it is " + required(key).kind() + ", not an integer");
        }
        if (value < least || value > most) {
            throw fault(key, value + " is not within " + least + " and " + most);
        }
        return value;
    }

    public int whole(String key, int least, int most) {
        return (int) whole(key, (long) least, (long) most);
    }

    /** A finite number. */
    public double real(String key) {
        return switch (required(key)) {
            case GgufValue.Real(double value) when Double.isFinite(value) -> value;
            case GgufValue.Whole(long value) -> value;
            case GgufValue other -> throw fault(key, "it is not a finite number but " + other.kind());
        };
    }

    public boolean flag(String key) {
        if (required(key) instanceof GgufValue.Flag(boolean value)) {
            return value;
        }
        throw fault(key, "it is " + required(key).kind() + ", not a boolean");
    }

    public String text(String key) {
        if (required(key) instanceof GgufValue.Text(String value)) {
            return value;
        }
        throw fault(key, "it is " + required(key).kind() + ", not a string");
    }

    public List<String> texts(String key) {
        if (required(key) instanceof GgufValue.Texts(List<String> value)) {
            return value;
        }
        throw fault(key, "it is " + required(key).kind() + ", not an array of strings");
    }

    public long[] wholes(String key) {
        if (required(key) instanceof GgufValue.Wholes(long[] value)) {
            return value.clone();
        }
        throw fault(key, "it is " + required(key).kind() + ", not an array of integers");
    }

    public double[] reals(String key) {
        if (required(key) instanceof GgufValue.Reals(double[] value)) {
            return value.clone();
        }
        throw fault(key, "it is " + required(key).kind() + ", not an array of numbers");
    }

    public GgufException fault(String key, String fault) {
        return fault(key, fault, REMEDY);
    }

    public GgufException fault(String key, String fault, String remedy) {
        return new GgufException(file, "key " + key, fault, remedy);
    }

    GgufValue value(String key) {
        return required(key);
    }

    private GgufValue required(String key) {
        return Optional.ofNullable(values.get(key)).orElseThrow(() -> fault(key, "it is missing"));
    }
}
