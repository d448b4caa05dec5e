package dev.parley.config.load;

import dev.parley.config.BackendSpec;
import dev.parley.config.BackendSpec.Protocol;
import dev.parley.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code backends}, and gathers the models listed under them. */
final class BackendReader {
    private static final URI NOWHERE = URI.create("http://localhost");
    private static final Set<String> SECRET_HEADERS =
            Set.of("authorization", "proxy-authorization", "x-api-key", "api-key", "cookie");

    private final Shipped shipped;
    private final Problems problems;
    private final Ids ids = new Ids("backend");
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private final List<ListedModel> models = new ArrayList<>();

    BackendReader(Shipped shipped, Problems problems) {
        this.shipped = shipped;
        this.problems = problems;
    }

    /** What a backend is. */
    enum Kind {
        OPENAI,
        ANTHROPIC,
        OLLAMA,
        MOE,
        LLAMACPP,
        EMBEDDING
    }

    /** A model listed under its backend. */
    record ListedModel(String backend, Section section) {}

    List<BackendSpec> read(List<Section> sections) {
        return sections.stream().map(this::one).toList();
    }

    /** The kinds of all backends by id, in the order of the file. */
    Map<String, Kind> kinds() {
        return kinds;
    }

    List<ListedModel> models() {
        return models;
    }

    private BackendSpec one(Section section) {
        String id = ids.claim(section, Form.identifier());
        Kind kind = section.get("kind", Form.choice(Kind.class), Kind.OPENAI);
        kinds.put(id, kind);
        BackendSpec spec = switch (kind) {
            case OPENAI -> http(section, id, Protocol.OPENAI, Optional.empty());
            case ANTHROPIC -> http(section, id, Protocol.ANTHROPIC, Optional.of("https://api.anthropic.com"));
            case OLLAMA -> http(section, id, Protocol.OLLAMA, Optional.of("http://localhost:11434"));
            case MOE -> moe(section, id);
            case LLAMACPP -> llamaCpp(section, id);
            case EMBEDDING -> new BackendSpec.Embedding(id);
        };
        boolean bringsItsOwn = kind == Kind.EMBEDDING
                || (kind == Kind.MOE
                        && section.get("directory", Form.text(), "").isEmpty());
        gather(section, id, bringsItsOwn ? kind : Kind.OPENAI);
        section.finish();
        return spec;
    }

    private BackendSpec http(Section section, String id, Protocol protocol, Optional<String> usualUrl) {
        URI usual = usualUrl.map(URI::create).orElse(NOWHERE);
        Secret key = section.secret("api_key");
        return new BackendSpec.Http(
                id,
                protocol,
                usualUrl.isPresent() ? section.get("url", Form.url(), usual) : section.need("url", Form.url(), usual),
                key,
                headers(section),
                timeouts(section.section("timeouts")),
                section.get("max_connections", Form.integer(1, 100_000), 256),
                section.get("max_retries", Form.integer(0, 10), 2));
    }

    private static Map<String, String> headers(Section section) {
        section.entries("headers").stream()
                .map(Section.Entry::raw)
                .filter(Raw.Fields.class::isInstance)
                .forEach(raw -> refuseSecrets(section, (Raw.Fields) raw));
        return section.map("headers", Form.word());
    }

    private static void refuseSecrets(Section section, Raw.Fields headers) {
        headers.fields().forEach((name, field) -> {
            boolean secret = SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT));
            if (secret && field.value() instanceof Raw.Scalar s && s.origin() == Raw.Origin.FILE) {
                section.reject(
                        "headers",
                        "the header '" + name + "' is a secret and must not be written in the file",
                        "Use api_key: ${NAME}, or write the header's value with ${NAME}");
            }
        });
    }

    private static BackendSpec.Timeouts timeouts(Section section) {
        Form<Duration> form = Form.duration(Duration.ofMillis(1), Duration.ofDays(1));
        BackendSpec.Timeouts timeouts = new BackendSpec.Timeouts(
                section.get("connect", form, Duration.ofSeconds(5)),
                section.get("first_byte", form, Duration.ofMinutes(2)),
                section.get("idle", form, Duration.ofMinutes(1)),
                section.get("total", form, Duration.ofMinutes(10)));
        section.finish();
        return timeouts;
    }

    /** The engine's threads are one pool for the whole process. */
    private BackendSpec moe(Section section, String id) {
        if (kinds.values().stream().filter(Kind.MOE::equals).count() > 1) {
            section.reject(
                    "kind",
                    "a second backend of kind moe",
                    "One process has one MoE engine: list all its models under one backend");
        }
        String directory = section.get("directory", Form.text(), "");
        long experts = section.get("experts_memory", Form.size(0, 1L << 50), 0L);
        if (experts > 0 && directory.isEmpty()) {
            section.reject(
                    "experts_memory",
                    "the models shipped with Parley are always in memory",
                    "Remove it, or set 'directory' to a folder of GGUF files");
        }
        boolean twins = section.get("experts_twins", Form.flag(), false);
        if (twins && experts == 0) {
            section.reject(
                    "experts_twins",
                    "all experts are in memory themselves",
                    "Remove it, or set 'experts_memory' to less than the experts take");
        }
        return new BackendSpec.Moe(
                id,
                directory,
                section.get("threads", Form.integer(0, 1024), 0),
                section.get("max_sequences", Form.integer(1, 1024), 8),
                section.get("max_queue", Form.integer(0, 1_000_000), 256),
                experts,
                twins,
                section.get("kv_memory", Form.size(0, 1L << 50), 0L));
    }

    private static BackendSpec llamaCpp(Section section, String id) {
        return new BackendSpec.LlamaCpp(
                id,
                section.need("library", Form.word(), ""),
                section.need("directory", Form.word(), ""),
                section.get("threads", Form.integer(0, 1024), 0),
                section.get("max_sequences", Form.integer(1, 256), 4),
                section.get("max_queue", Form.integer(0, 1_000_000), 256),
                section.get("context", Form.integer(256, 16_777_216), 4096));
    }

    /** Embedded backends know their own models: all of them if none is listed, and what is not said of one that is. */
    private void gather(Section section, String backend, Kind kind) {
        Map<String, Raw.Fields> own = shipped.models(kind);
        boolean listed = section.has("models");
        for (Section.Entry entry : section.entries("models")) {
            Raw raw = entry.raw() instanceof Raw.Scalar name
                    ? Raw.Fields.none(name.place()).with("id", name)
                    : entry.raw();
            Raw whole = raw instanceof Raw.Fields fields
                    ? Optional.ofNullable(own.get(upstream(fields)))
                            .map(known -> known.overlaidBy(fields))
                            .orElse(fields)
                    : raw;
            models.add(new ListedModel(backend, Section.of(whole, entry.path(), problems)));
        }
        if (!listed) {
            own.forEach((name, fields) -> models.add(
                    new ListedModel(backend, Section.of(fields, section.path() + ".models[" + name + "]", problems))));
        }
    }

    private static String upstream(Raw.Fields model) {
        String upstream = model.text("upstream");
        return upstream.isEmpty() ? model.text("id") : upstream;
    }
}
