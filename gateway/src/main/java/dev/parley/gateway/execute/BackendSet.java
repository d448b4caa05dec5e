package dev.parley.gateway.execute;

import dev.parley.chat.Backend;
import dev.parley.config.BackendSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The backends of one event loop, made when first needed; a changed specification makes a new one. */
public final class BackendSet {
    private final Function<BackendSpec, Backend> maker;
    private final Map<String, Made> backends = new HashMap<>();

    public BackendSet(Function<BackendSpec, Backend> maker) {
        this.maker = maker;
    }

    public Backend of(BackendSpec spec) {
        Made made = backends.get(spec.id());
        if (made == null || !made.spec().equals(spec)) {
            made = new Made(spec, maker.apply(spec));
            backends.put(spec.id(), made);
        }
        return made.backend();
    }

    private record Made(BackendSpec spec, Backend backend) {}
}
