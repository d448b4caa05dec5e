package dev.parley.config.load;

import dev.parley.config.ExperimentSpec;
import dev.parley.config.ExperimentSpec.Variant;
import dev.parley.config.KeySpec;
import dev.parley.config.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what depends on who asks: {@code keys} and {@code experiments}. */
final class ClientReader {
    private static final Form<Double> SHARE = Form.decimal(0, 1);
    private static final Form<Long> RATE = Form.whole(1, 1_000_000_000_000L);

    private final Collection<String> models;
    private final Collection<String> policies;

    ClientReader(Collection<String> models, Collection<String> policies) {
        this.models = models;
        this.policies = policies;
    }

    List<KeySpec> keys(List<Section> sections) {
        Ids ids = new Ids("key");
        Map<String, String> secrets = new LinkedHashMap<>();
        return sections.stream().map(section -> key(section, ids, secrets)).toList();
    }

    private KeySpec key(Section section, Ids ids, Map<String, String> secrets) {
        String id = ids.claim(section, Form.identifier());
        KeySpec key = new KeySpec(
                id,
                clientSecret(section, id, secrets),
                globs(section),
                section.reference("policy", "policy", policies).orElse(""),
                budget(section.section("budget")),
                rate(section.section("rate")));
        section.finish();
        return key;
    }

    private static Secret clientSecret(Section section, String id, Map<String, String> secrets) {
        if (!section.has("secret")) {
            section.reject("secret", "is missing", "Write 'secret: ${ITS_NAME}' and export that environment variable");
        }
        Secret secret = section.secret("secret");
        if (section.isEmptyText("secret")) {
            section.reject("secret", "is empty", "Nobody could use this key: set what it refers to, or remove the key");
        }
        String owner = secret.isPresent() ? secrets.putIfAbsent(secret.reveal(), id) : null;
        if (owner != null) {
            section.reject("secret", "is the same as that of key '" + owner + "'", "Give each key its own secret");
        }
        return secret;
    }

    private List<String> globs(Section section) {
        List<String> globs = section.list("models", Form.word());
        for (String glob : globs) {
            if (models.stream().noneMatch(pattern(glob).asMatchPredicate())) {
                section.reject("models", "no model matches " + Words.shownName(glob), Words.remedy(glob, models));
            }
        }
        return globs;
    }

    /** A star stands for any text. */
    private static Pattern pattern(String glob) {
        return Pattern.compile(glob.chars()
                .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    }

    private static KeySpec.Budget budget(Section section) {
        KeySpec.Budget none = KeySpec.Budget.UNLIMITED;
        KeySpec.Budget budget = new KeySpec.Budget(
                section.get("usd", Form.usd(), none.nanoUsd()),
                section.get("period", Form.duration(Duration.ofSeconds(1), Duration.ofDays(3650)), none.period()));
        section.finish();
        return budget;
    }

    private static KeySpec.RateLimit rate(Section section) {
        KeySpec.RateLimit none = KeySpec.RateLimit.UNLIMITED;
        KeySpec.RateLimit rate = new KeySpec.RateLimit(
                section.get("requests_per_minute", RATE, none.requestsPerMinute()),
                section.get("tokens_per_minute", RATE, none.tokensPerMinute()));
        section.finish();
        return rate;
    }

    List<ExperimentSpec> experiments(List<Section> sections) {
        Ids ids = new Ids("experiment");
        return sections.stream().map(section -> experiment(section, ids)).toList();
    }

    private ExperimentSpec experiment(Section section, Ids ids) {
        String id = ids.claim(section, Form.identifier());
        ExperimentSpec experiment = new ExperimentSpec(
                id,
                section.get("seed", Form.word(), id),
                section.get("unit", Form.choice(ExperimentSpec.Unit.class), ExperimentSpec.Unit.SESSION),
                section.get("coverage", SHARE, 1.0),
                variants(section));
        section.finish();
        return experiment;
    }

    private List<Variant> variants(Section experiment) {
        Ids ids = new Ids("variant");
        List<Section> sections = experiment.sections("variants");
        double equal = sections.isEmpty() ? 1 : 1.0 / sections.size();
        List<Variant> variants =
                sections.stream().map(section -> variant(section, ids, equal)).toList();
        long weighted = sections.stream().filter(s -> s.has("weight")).count();
        if (variants.size() < 2) {
            experiment.reject("variants", "an experiment needs two variants or more", "List them with id and policy");
        } else if (weighted > 0 && (weighted < variants.size() || !sumToOne(variants))) {
            experiment.reject(
                    "variants",
                    "the weights must be given for all variants and sum to 1",
                    "Correct them, or leave all of them out for equal shares");
        }
        return variants;
    }

    private Variant variant(Section section, Ids ids, double equal) {
        String id = ids.claim(section, Form.identifier());
        if (!section.has("policy")) {
            section.reject("policy", "is missing", "Add 'policy:' with one of " + String.join(", ", policies));
        }
        Variant variant = new Variant(
                id,
                section.get("weight", SHARE, equal),
                section.reference("policy", "policy", policies).orElse(""));
        section.finish();
        return variant;
    }

    private static boolean sumToOne(List<Variant> variants) {
        BigDecimal sum =
                variants.stream().map(v -> BigDecimal.valueOf(v.weight())).reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.subtract(BigDecimal.ONE).abs().compareTo(new BigDecimal("0.000001")) <= 0;
    }
}
