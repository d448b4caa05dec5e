package dev.parley.chat.ollama;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.json.JsonOut;
import dev.parley.chat.json.ScannedBody;
import dev.parley.config.Capability;
import dev.parley.config.ModelSpec;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What Ollama's clients ask of models: {@code /api/tags}, {@code /api/ps}, {@code /api/show}, {@code /api/version}. Sizes and digests of
 * weights are not ours to know: sizes are 0, digests are made of the name. Thread-safe.
 */
public final class OllamaModels {
    /** The release of Ollama whose API this is; clients compare it with what they need. */
    static final String API_VERSION = "0.12.6";

    private static final String ARCHITECTURE = "parley";
    /** Models never leave memory; Ollama says so with a date far away. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private OllamaModels() {}

    /** Body of {@code GET /api/version}. */
    public static Buffer version() {
        return Buffer.buffer(new JsonOut()
                .object()
                .member("version", API_VERSION)
                .endObject()
                .bytes());
    }

    /**
     * Body of {@code GET /api/tags}.
     *
     * @param virtual names that are routed, such as {@code auto}
     * @param modified when the list last changed
     */
    public static Buffer tags(List<ModelSpec> models, List<String> virtual, Instant modified) {
        JsonOut out = new JsonOut(1024).object().array("models");
        for (Entry entry : Entry.all(models, virtual)) {
            out.object();
            entry.head(out);
            out.member("modified_at", modified.toString());
            entry.capabilities(out);
            out.endObject();
        }
        return Buffer.buffer(out.endArray().endObject().bytes());
    }

    /** Body of {@code GET /api/ps}: all models are always at hand. */
    public static Buffer running(List<ModelSpec> models, Instant now) {
        JsonOut out = new JsonOut(1024).object().array("models");
        for (Entry entry : Entry.all(models, List.of())) {
            out.object();
            entry.head(out);
            out.member("expires_at", now.plus(FOR_EVER).toString())
                    .member("size_vram", 0)
                    .member("context_length", entry.contextTokens())
                    .endObject();
        }
        return Buffer.buffer(out.endArray().endObject().bytes());
    }

    /** The model a {@code POST /api/show} asks for. Throws {@link ChatFailure} BAD_REQUEST. */
    public static String shown(byte[] body) {
        var json = ScannedBody.of(body);
        return json.string("model")
                .or(() -> json.string("name"))
                .filter(name -> !name.isBlank())
                .orElseThrow(() -> ChatFailure.badRequest("model", "model is required"));
    }

    /** Body of {@code POST /api/show} for a configured model. */
    public static Buffer show(ModelSpec model, Instant modified) {
        return show(Entry.of(model), modified);
    }

    /** Body of {@code POST /api/show} for a routed name. */
    public static Buffer showVirtual(String name, List<ModelSpec> models, Instant modified) {
        return show(Entry.virtual(name, models), modified);
    }

    private static Buffer show(Entry entry, Instant modified) {
        JsonOut out = new JsonOut(1024)
                .object()
                .member("license", "")
                .member("modelfile", "FROM " + entry.name())
                .member("parameters", "")
                .member("template", "")
                .member("system", "");
        entry.details(out);
        out.object("model_info")
                .member("general.architecture", ARCHITECTURE)
                .member("general.basename", entry.name())
                .member("general.description", entry.description())
                .member(ARCHITECTURE + ".context_length", entry.contextTokens())
                .endObject();
        entry.capabilities(out);
        return Buffer.buffer(
                out.member("modified_at", modified.toString()).endObject().bytes());
    }

    /** One name of the list. */
    private record Entry(
            String name, String owner, String description, long contextTokens, List<String> capabilityNames) {

        static List<Entry> all(List<ModelSpec> models, List<String> virtual) {
            List<Entry> all = new ArrayList<>();
            virtual.forEach(name -> all.add(virtual(name, models)));
            models.forEach(model -> all.add(of(model)));
            return all;
        }

        static Entry of(ModelSpec model) {
            List<String> names = model.capabilities().stream()
                    .map(Entry::name)
                    .filter(name -> !name.isEmpty())
                    .distinct()
                    .sorted()
                    .toList();
            return new Entry(
                    model.id().value(), model.card().owner(), model.card().description(), model.contextTokens(), names);
        }

        /** A routed name can what any of its models can. */
        static Entry virtual(String name, List<ModelSpec> models) {
            List<Entry> entries = models.stream()
                    .filter(model -> model.can(Capability.CHAT))
                    .map(Entry::of)
                    .toList();
            long context =
                    entries.stream().mapToLong(Entry::contextTokens).max().orElse(0);
            List<String> names = entries.stream()
                    .flatMap(entry -> entry.capabilityNames().stream())
                    .filter(capability -> !capability.equals("embedding"))
                    .distinct()
                    .sorted()
                    .toList();
            return new Entry(name, ARCHITECTURE, "Routed to the model that fits best.", context, names);
        }

        /** Ollama's word for a capability; empty if it has none. */
        private static String name(Capability capability) {
            return switch (capability) {
                case CHAT, COMPLETIONS -> "completion";
                case EMBEDDINGS -> "embedding";
                case TOOLS -> "tools";
                case VISION -> "vision";
                case REASONING -> "thinking";
                case RESPONSES, DOCUMENTS, AUDIO, JSON_OBJECT, JSON_SCHEMA, LOGPROBS -> "";
            };
        }

        void head(JsonOut out) {
            out.member("name", name).member("model", name).member("size", 0).member("digest", digest());
            details(out);
        }

        void details(JsonOut out) {
            String family = owner.isEmpty() ? ARCHITECTURE : owner;
            out.object("details")
                    .member("parent_model", "")
                    .member("format", "")
                    .member("family", family)
                    .array("families")
                    .string(family)
                    .endArray()
                    .member("parameter_size", "")
                    .member("quantization_level", "")
                    .endObject();
        }

        void capabilities(JsonOut out) {
            out.array("capabilities");
            capabilityNames.forEach(out::string);
            out.endArray();
        }

        private String digest() {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
