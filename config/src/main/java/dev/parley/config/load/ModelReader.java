package dev.parley.config.load;

import dev.parley.config.Capability;
import dev.parley.config.ExpertControls;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.load.BackendReader.Kind;
import dev.parley.config.load.KnownModels.Known;
import dev.parley.config.load.KnownScores.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads models, from {@code models} and from under their backends, and fills in what is publicly known of them. */
final class ModelReader {
    private static final int MOST_TOKENS = 100_000_000;
    private static final int USUAL_CONTEXT = 32_768;
    private static final int USUAL_OUTPUT = 8_192;
    private static final Form<Double> SHARE = Form.decimal(0, 1);

    private final Map<String, Kind> backends;
    private final KnownModels known;
    private final KnownScores scores;
    private final Ids ids = new Ids("model");

    ModelReader(Map<String, Kind> backends, KnownModels known, KnownScores scores) {
        this.backends = backends;
        this.known = known;
        this.scores = scores;
    }

    List<ModelSpec> read(List<BackendReader.ListedModel> listed, List<Section> sections) {
        List<ModelSpec> models = new ArrayList<>();
        listed.forEach(model -> models.add(one(model.section(), model.backend())));
        sections.forEach(section -> models.add(one(section, backend(section))));
        return List.copyOf(models);
    }

    /** The names of all models read. */
    Set<String> names() {
        return ids.all();
    }

    private String backend(Section section) {
        if (!section.has("backend")) {
            section.reject(
                    "backend", "is missing", "Add 'backend:' with one of " + String.join(", ", backends.keySet()));
        }
        return section.reference("backend", "backend", backends.keySet()).orElse("");
    }

    private ModelSpec one(Section section, String backend) {
        String id = ids.claim(section, Form.modelId());
        String upstream = section.get("upstream", Form.word(), id);
        Kind kind = backends.getOrDefault(backend, Kind.OPENAI);
        Known facts = facts(upstream, id, kind);
        int context = section.get("context", Form.integer(1, MOST_TOKENS), facts.contextTokens());
        int usualOutput = Math.min(context, facts.maxOutputTokens());
        int maxOutput = section.get("max_output", Form.integer(1, MOST_TOKENS), usualOutput);
        if (maxOutput > context) {
            section.reject(
                    "max_output",
                    "an answer of " + maxOutput + " tokens is longer than the context of " + context,
                    "Lower max_output or raise context");
        }
        ModelSpec model = new ModelSpec(
                new ModelId(id),
                backend,
                upstream,
                PriceReader.read(section, facts.price()),
                capabilities(section, facts),
                context,
                maxOutput,
                card(section.section("card"), backend, standing(upstream, id, kind)),
                moe(section, kind),
                singleTurn(section, kind));
        section.finish();
        return model;
    }

    /** What is sent to servers elsewhere is the client's. */
    private static boolean singleTurn(Section section, Kind kind) {
        boolean single = section.get("single_turn", Form.flag(), false);
        if (single && kind != Kind.MOE && kind != Kind.LLAMACPP) {
            section.reject(
                    "single_turn",
                    "its backend is sent the whole conversation",
                    "Remove it, or serve the model by a backend of kind moe or llamacpp");
        }
        return single;
    }

    /** Servers elsewhere have no such controls; an embedder has no experts; llama.cpp knows their number only. */
    private static ExpertControls moe(Section section, Kind kind) {
        if (section.has("moe") && kind != Kind.MOE && kind != Kind.LLAMACPP) {
            section.reject(
                    "moe",
                    "its backend cannot be told how to choose experts",
                    "Remove it, or serve the model by a backend of kind moe or llamacpp");
        }
        ExpertControls controls = ExpertReader.read(section.section("moe"));
        if (kind == Kind.LLAMACPP && controls.beyondNumber()) {
            section.reject(
                    "moe",
                    "llama.cpp can be told the number of experts and nothing else of them",
                    "Leave only 'experts', or serve the model by a backend of kind moe");
        }
        return controls;
    }

    /** What others ask for a model of this name is not what it costs here. */
    private static boolean computedHere(Kind kind) {
        return kind == Kind.MOE || kind == Kind.LLAMACPP || kind == Kind.EMBEDDING;
    }

    private Known facts(String upstream, String id, Kind kind) {
        Optional<Known> found =
                computedHere(kind) ? Optional.empty() : known.find(upstream).or(() -> known.find(id));
        Known facts = found.orElseGet(() -> new Known(new Price.Unknown(), 0, 0, usual(kind, upstream), ""));
        int context = facts.contextTokens() > 0 ? facts.contextTokens() : USUAL_CONTEXT;
        int output = facts.maxOutputTokens() > 0 ? facts.maxOutputTokens() : USUAL_OUTPUT;
        return new Known(facts.price(), context, output, withWire(kind, facts.capabilities()), facts.provider());
    }

    /** What a model of which nothing is known can most likely do; a model named after embeddings only embeds. */
    private static Set<Capability> usual(Kind kind, String name) {
        if (kind == Kind.EMBEDDING || name.toLowerCase(Locale.ROOT).contains("embed")) {
            return Set.of(Capability.EMBEDDINGS);
        }
        return switch (kind) {
            case OPENAI ->
                EnumSet.of(
                        Capability.CHAT,
                        Capability.COMPLETIONS,
                        Capability.TOOLS,
                        Capability.JSON_OBJECT,
                        Capability.JSON_SCHEMA,
                        Capability.LOGPROBS);
            case ANTHROPIC -> EnumSet.of(Capability.CHAT, Capability.TOOLS, Capability.VISION, Capability.DOCUMENTS);
            case OLLAMA ->
                EnumSet.of(
                        Capability.CHAT,
                        Capability.COMPLETIONS,
                        Capability.TOOLS,
                        Capability.JSON_OBJECT,
                        Capability.JSON_SCHEMA);
            case MOE, LLAMACPP ->
                EnumSet.of(Capability.CHAT, Capability.LOGPROBS, Capability.JSON_OBJECT, Capability.JSON_SCHEMA);
            case EMBEDDING -> EnumSet.of(Capability.EMBEDDINGS);
        };
    }

    /** The Responses protocol is only native where the backend speaks it. */
    private static Set<Capability> withWire(Kind kind, Set<Capability> capabilities) {
        Set<Capability> kept = new HashSet<>(capabilities);
        if (kind != Kind.OPENAI) {
            kept.remove(Capability.RESPONSES);
        }
        return Set.copyOf(kept);
    }

    private static Set<Capability> capabilities(Section section, Known facts) {
        if (!section.has("capabilities")) {
            return facts.capabilities();
        }
        return Set.copyOf(new HashSet<>(section.list("capabilities", Form.choice(Capability.class))));
    }

    /** Empty too if the name does not say which size is meant: Ollama's tag does, its bare name does not. */
    private Optional<Standing> standing(String upstream, String id, Kind kind) {
        boolean sizeUnsaid = kind == Kind.OLLAMA && (!upstream.contains(":") || upstream.endsWith(":latest"));
        return kind == Kind.EMBEDDING || sizeUnsaid
                ? Optional.empty()
                : scores.find(upstream).or(() -> scores.find(id));
    }

    /** What is declared, else what is published: quality by quality. */
    private static ModelCard card(Section section, String backend, Optional<Standing> known) {
        Map<String, Double> quality =
                new HashMap<>(known.map(Standing::byBenchmark).orElse(Map.of()));
        quality.putAll(section.map("quality_by_task", SHARE));
        ModelCard card = new ModelCard(
                section.get("description", Form.text(), ""),
                section.get("owner", Form.word(), backend),
                section.get("quality", SHARE, known.map(Standing::overall).orElse(0.5)),
                quality,
                section.get("output_tokens", Form.decimal(1, 1_000_000), ModelCard.USUAL_OUTPUT_TOKENS),
                section.get("ttft", Form.duration(Duration.ZERO, Duration.ofHours(1)), Duration.ofMillis(500)),
                section.get("tokens_per_second", Form.decimal(0.1, 1_000_000), 50.0),
                section.get("chars_per_token", Form.decimal(0.1, 100), (double) ModelCard.USUAL_CHARS_PER_TOKEN),
                section.map("attributes", SHARE));
        section.finish();
        return card;
    }
}
