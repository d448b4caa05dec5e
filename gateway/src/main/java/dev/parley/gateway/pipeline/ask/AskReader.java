package dev.parley.gateway.pipeline.ask;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.JsonView;
import dev.parley.config.ExperimentSpec;
import dev.parley.config.PolicySpec;
import dev.parley.graphrouter.Plan;
import dev.parley.graphrouter.Planner;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@link RoutingAsk}. Faults are BAD_REQUEST naming the member or header. */
public final class AskReader {
    private static final int WIDEST = 8;
    private static final int LONGEST_TAGS = 512;
    private static final CharSequence POLICY = HttpHeaders.createOptimized("x-gateway-policy");
    private static final CharSequence MAX_COST = HttpHeaders.createOptimized("x-gateway-max-cost-usd");
    private static final CharSequence TAGS = HttpHeaders.createOptimized("x-gateway-tags");
    private static final CharSequence PREFER = HttpHeaders.createOptimized("x-gateway-prefer");
    private static final CharSequence EXPLAIN = HttpHeaders.createOptimized("x-gateway-explain");
    private static final List<CharSequence> SESSION = List.of(
            HttpHeaders.createOptimized("x-gateway-session"),
            HttpHeaders.createOptimized("x-session-id"),
            HttpHeaders.createOptimized("x-claude-code-session-id"));
    /** Of {@code gateway}. */
    private static final Set<String> OWN = Set.of(
            "policy",
            "allowed_models",
            "max_cost_usd",
            "min_quality",
            "max_latency_ms",
            "strategy",
            "fanout",
            "session",
            "experiment",
            "prefer",
            "explain",
            "dry_run");

    private static final List<String> MEMBERS =
            List.of("gateway", "provider", "plugins", "models", "prompt_cache_key", "user", "metadata");

    private final JsonBody body;
    private final MultiMap headers;

    private AskReader(JsonBody body, MultiMap headers) {
        this.body = body;
        this.headers = headers;
    }

    public static RoutingAsk read(JsonBody body, MultiMap headers) {
        return asksNothing(body, headers) ? RoutingAsk.NOTHING : new AskReader(body, headers).read();
    }

    /** Members of {@code gateway} that mean nothing here, as somebody misspells one. */
    public static List<String> strangers(JsonBody body) {
        return body.has("gateway")
                ? new AskReader(body, MultiMap.caseInsensitiveMultiMap())
                        .object("gateway").members().keySet().stream()
                                .filter(name -> !OWN.contains(name))
                                .toList()
                : List.of();
    }

    /** Those that the request may take part in. Throws {@link ChatFailure} BAD_REQUEST if it asks for one that does not run. */
    public static List<ExperimentSpec> experiments(RoutingAsk ask, List<ExperimentSpec> running) {
        if (ask.experiment().isEmpty()) {
            return running;
        }
        List<ExperimentSpec> asked = running.stream()
                .filter(experiment -> experiment.id().equals(ask.experiment()))
                .toList();
        if (asked.isEmpty()) {
            String known = running.stream().map(ExperimentSpec::id).collect(Collectors.joining(", "));
            throw ChatFailure.badRequest(
                    "gateway.experiment",
                    "'gateway.experiment': there is no experiment '" + ask.experiment() + "'. Running: "
                            + (known.isEmpty() ? "none" : known) + "; leave it out to take part in any.");
        }
        return asked;
    }

    /** Most requests: found out without reading anything. */
    private static boolean asksNothing(JsonBody body, MultiMap headers) {
        for (String member : MEMBERS) {
            if (body.has(member)) {
                return false;
            }
        }
        for (CharSequence session : SESSION) {
            if (headers.contains(session)) {
                return false;
            }
        }
        return !headers.contains(POLICY)
                && !headers.contains(MAX_COST)
                && !headers.contains(EXPLAIN)
                && !headers.contains(PREFER)
                && !headers.contains(TAGS);
    }

    private RoutingAsk read() {
        JsonView own = object("gateway");
        JsonView provider = object("provider");
        JsonView plugin = plugin();
        JsonView maxPrice = provider.get("max_price").orElseGet(AskReader::nothing);
        return new RoutingAsk(
                policy(own, provider),
                plugin.get("cost_quality_tradeoff").map(v -> within(v, 0, 10)).orElse(-1.0),
                strings(own.has("allowed_models") ? own : plugin, "allowed_models"),
                new RoutingAsk.Backends(
                        strings(provider, "only"), strings(provider, "ignore"), strings(provider, "order")),
                limits(own),
                price(maxPrice, "prompt"),
                price(maxPrice, "completion"),
                shape(own),
                body.member("models").map(v -> strings(v, "models")).orElse(List.of()),
                session(own),
                tags(),
                own.string("experiment", ""),
                PreferReader.read(own, headers.get(PREFER)),
                new RoutingAsk.Flags(
                        provider.get("allow_fallbacks").map(JsonView::bool).orElse(true),
                        own.flag("explain") || "true".equals(headers.get(EXPLAIN)),
                        own.flag("dry_run")));
    }

    private String policy(JsonView own, JsonView provider) {
        String header = headers.get(POLICY);
        if (header != null) {
            return header;
        }
        if (own.has("policy")) {
            return own.string("policy", "");
        }
        return provider.get("sort")
                .map(sort -> switch (sort.string()) {
                    case "price" -> "cheap";
                    case "throughput", "latency" -> "fast";
                    default -> throw wrong(sort, "must be 'price', 'throughput' or 'latency'");
                })
                .orElse("");
    }

    private PolicySpec.Limits limits(JsonView own) {
        String header = headers.get(MAX_COST);
        long cost = header != null
                ? nanoUsd(header)
                : own.get("max_cost_usd").map(AskReader::nanoUsd).orElse(Long.MAX_VALUE);
        return new PolicySpec.Limits(
                cost,
                own.get("min_quality").map(v -> within(v, 0, 1)).orElse(0.0),
                own.get("max_latency_ms")
                        .map(v -> Duration.ofMillis((long) within(v, 0, 1e9)))
                        .orElse(PolicySpec.Limits.NONE.maxLatency()));
    }

    private static RoutingAsk.Shape shape(JsonView own) {
        JsonView fanout = own.get("fanout").orElseGet(AskReader::nothing);
        Planner.Strategy strategy = own.get("strategy")
                .map(v -> switch (v.string()) {
                    case "single", "fallback" -> Planner.Strategy.SINGLE;
                    case "cascade" -> Planner.Strategy.CASCADE;
                    case "fanout" -> Planner.Strategy.FANOUT;
                    default -> throw wrong(v, "must be 'single', 'fallback', 'cascade' or 'fanout'");
                })
                .orElse(Planner.Strategy.SINGLE);
        Plan.Aggregation aggregation = fanout.get("aggregate")
                .map(v -> switch (v.string()) {
                    case "first" -> Plan.Aggregation.FIRST;
                    case "vote" -> Plan.Aggregation.VOTE;
                    case "judge" -> Plan.Aggregation.JUDGE;
                    case "synthesize" -> Plan.Aggregation.SYNTHESIZE;
                    default -> throw wrong(v, "must be 'first', 'vote', 'judge' or 'synthesize'");
                })
                .orElse(Plan.Aggregation.VOTE);
        int width =
                (int) fanout.get("n").map(v -> within(v, 1, WIDEST)).orElse(3.0).doubleValue();
        return new RoutingAsk.Shape(strategy, aggregation, width);
    }

    private String session(JsonView own) {
        for (CharSequence header : SESSION) {
            String value = headers.get(header);
            if (value != null) {
                return value;
            }
        }
        if (own.has("session")) {
            return own.string("session", "");
        }
        return text("prompt_cache_key")
                .or(() -> text("user"))
                .orElseGet(() -> body.member("metadata")
                        .map(v -> JsonView.of(v, "metadata"))
                        .filter(JsonView::isObject)
                        .flatMap(v -> v.get("user_id"))
                        .filter(JsonView::isString)
                        .map(JsonView::string)
                        .orElse(""));
    }

    /** For whoever reads the record later. */
    private String tags() {
        String tags = headers.get(TAGS);
        if (tags == null) {
            return "";
        }
        if (tags.length() > LONGEST_TAGS) {
            throw ChatFailure.builder(
                            ChatFailure.Kind.BAD_REQUEST,
                            "Header x-gateway-tags must have at most " + LONGEST_TAGS + " characters.")
                    .param("x-gateway-tags")
                    .build();
        }
        return tags;
    }

    private Optional<String> text(String member) {
        return body.member(member)
                .map(v -> JsonView.of(v, member))
                .filter(JsonView::isString)
                .map(JsonView::string);
    }

    private JsonView object(String member) {
        Optional<RawJson> raw = body.member(member);
        if (raw.isEmpty() || raw.get().text().equals("null")) {
            return nothing();
        }
        JsonView view = JsonView.of(raw.get(), member);
        if (!view.isObject()) {
            throw wrong(view, "must be an object");
        }
        return view;
    }

    private JsonView plugin() {
        Optional<RawJson> raw = body.member("plugins");
        if (raw.isEmpty() || raw.get().text().equals("null")) {
            return nothing();
        }
        return JsonView.of(raw.get(), "plugins").items().stream()
                .filter(JsonView::isObject)
                .filter(v -> v.string("id", "").equals("auto-router"))
                .findFirst()
                .orElseGet(AskReader::nothing);
    }

    /** Anthropic's form of an error has no place for the member but its message. */
    private static ChatFailure wrong(JsonView value, String how) {
        return value.fault("'" + value.path() + "' " + how + ".");
    }

    private static JsonView nothing() {
        return JsonView.of(new RawJson("{}"), "");
    }

    private static List<String> strings(JsonView parent, String member) {
        return parent.get(member)
                .map(v -> v.items().stream().map(JsonView::string).toList())
                .orElse(List.of());
    }

    private static List<String> strings(RawJson raw, String member) {
        return raw.text().equals("null")
                ? List.of()
                : JsonView.of(raw, member).items().stream()
                        .map(JsonView::string)
                        .toList();
    }

    private static double within(JsonView value, double least, double most) {
        double number = value.number();
        if (number < least || number > most) {
            throw wrong(value, "must be " + (long) least + " to " + (long) most);
        }
        return number;
    }

    /** USD per million tokens to pico-USD per token. */
    private static long price(JsonView maxPrice, String member) {
        return maxPrice.get(member)
                .map(v -> Amount.scaled(amount(v), 6)
                        .orElseThrow(() -> wrong(v, "must be an amount in USD per million tokens such as 0.5")))
                .orElse(Long.MAX_VALUE);
    }

    private static long nanoUsd(JsonView value) {
        return Amount.scaled(amount(value), 9)
                .orElseThrow(() -> wrong(value, "must be an amount in USD such as 0.002"));
    }

    /** OpenRouter's clients send amounts as texts too. */
    private static String amount(JsonView value) {
        return value.isString() ? value.string() : value.raw().text();
    }

    private static long nanoUsd(String header) {
        return Amount.scaled(header, 9)
                .orElseThrow(() -> ChatFailure.builder(
                                ChatFailure.Kind.BAD_REQUEST,
                                "Header x-gateway-max-cost-usd must be an amount in USD such as 0.002.")
                        .param("x-gateway-max-cost-usd")
                        .build());
    }
}
