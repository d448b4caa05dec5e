package dev.parley.moe.engine.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file whose structure has been checked. Immutable.
 *
 * @param name of the file, without its folder
 * @param byteSize of the whole file
 * @param tensors by name, in the file's order
 */
public record GgufFile(String name, long byteSize, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    public GgufFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    public Optional<GgufTensor> tensor(String tensorName) {
        return Optional.ofNullable(tensors.get(tensorName));
    }

    public Set<String> tensorNames() {
        return tensors.keySet();
    }

    /** A fault of this file, to be thrown. */
    public GgufException fault(String place, String fault, String remedy) {
        return new GgufException(name, place, fault, remedy);
    }
}
