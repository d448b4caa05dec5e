package dev.parley.gateway.execute;

import dev.parley.chat.Backend;
import dev.parley.config.BackendSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The backends of one event loop, made when first needed; a changed specification makes a new one. Confined to its event loop. */
public final class BackendSet {
    private final Function<BackendSpec, Backend> maker;
    private final Map<String, Made> backends = new HashMap<>();

    public BackendSet(Function<BackendSpec, Backend> maker) {
        this.maker = maker;
    }

    /** A request that began before a change may still ask for what has gone: it is made once more. */
    public Backend of(BackendSpec spec) {
        Made made = backends.get(spec.id());
        if (made == null || !made.spec().equals(spec)) {
            if (made != null) {
                made.backend().retire();
            }
            made = new Made(spec, maker.apply(spec));
            backends.put(spec.id(), made);
        }
        return made.backend();
    }

    /** The configuration has changed: all others are retired. */
    public void retain(Collection<BackendSpec> configured) {
        backends.values().removeIf(made -> {
            boolean gone = !configured.contains(made.spec());
            if (gone) {
                made.backend().retire();
            }
            return gone;
        });
    }

    private record Made(BackendSpec spec, Backend backend) {}
}
