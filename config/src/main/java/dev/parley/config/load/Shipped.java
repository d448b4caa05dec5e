package dev.parley.config.load;

import dev.parley.config.load.BackendReader.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Parley brings along: the embedded backends and their models, and the policies. */
final class Shipped {
    private static final String FOLDER = "/dev/parley/config/";
    private static final Place NOWHERE = new Place("built-in", 0);

    private final Raw backends;
    private final Raw policies;

    private Shipped(Raw backends, Raw policies) {
        this.backends = backends;
        this.policies = policies;
    }

    static Shipped read(Interpolation interpolation, Problems problems) {
        Raw.Fields embedded =
                new YamlTree("built-in embedded.yaml", interpolation, problems).read(text("embedded.yaml"));
        Raw.Fields policies =
                new YamlTree("built-in policies.yaml", interpolation, problems).read(text("policies.yaml"));
        return new Shipped(value(embedded, "backends"), value(policies, "policies"));
    }

    static String text(String resource) {
        try (InputStream in = Shipped.class.getResourceAsStream(FOLDER + resource)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + resource + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + resource + " cannot be read", e);
        }
    }

    /** The file with the embedded backends in it if it names none itself. */
    Raw.Fields completed(Raw.Fields file) {
        Raw.Field own = file.fields().get("backends");
        return own == null || own.value() instanceof Raw.Empty ? file.with("backends", backends) : file;
    }

    List<Section.Entry> policies() {
        List<Section.Entry> entries = new ArrayList<>();
        if (policies instanceof Raw.Items list) {
            list.items().forEach(item -> entries.add(new Section.Entry(item, "policies[" + entries.size() + "]")));
        }
        return List.copyOf(entries);
    }

    /** The models of an embedded backend by upstream name; none for others. */
    Map<String, Raw.Fields> models(Kind kind) {
        Map<String, Raw.Fields> models = new LinkedHashMap<>();
        if (backends instanceof Raw.Items list) {
            list.items().stream()
                    .filter(Raw.Fields.class::isInstance)
                    .map(Raw.Fields.class::cast)
                    .filter(backend -> backend.text("kind").equals(Form.name(kind)))
                    .forEach(backend -> addModels(backend, models));
        }
        return models;
    }

    private static void addModels(Raw.Fields backend, Map<String, Raw.Fields> into) {
        if (value(backend, "models") instanceof Raw.Items list) {
            list.items().stream()
                    .filter(Raw.Fields.class::isInstance)
                    .map(Raw.Fields.class::cast)
                    .forEach(model -> into.put(model.text("id"), model));
        }
    }

    private static Raw value(Raw.Fields fields, String key) {
        Raw.Field field = fields.fields().get(key);
        return field == null ? new Raw.Empty(NOWHERE) : field.value();
    }
}
