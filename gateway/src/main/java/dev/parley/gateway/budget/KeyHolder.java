package dev.parley.gateway.budget;

import dev.parley.chat.ChatFailure;
import dev.parley.config.KeySpec;
import dev.parley.config.ModelId;
import java.util.List;

/** The caller behind a key: what it may do. Immutable but for its counters; thread-safe. */
public final class KeyHolder {
    private final KeySpec spec;
    private final boolean anonymous;
    private final List<Glob> allowed;
    final RateMeter requests;
    final RateMeter tokens;
    final Account account;

    KeyHolder(KeySpec spec, boolean anonymous, Account account) {
        this(
                spec,
                anonymous,
                new Meters(
                        new RateMeter(spec.rate().requestsPerMinute()),
                        new RateMeter(spec.rate().tokensPerMinute()),
                        account));
    }

    private KeyHolder(KeySpec spec, boolean anonymous, Meters meters) {
        this.spec = spec;
        this.anonymous = anonymous;
        this.allowed = spec.allowedModels().stream().map(Glob::new).toList();
        this.requests = meters.requests();
        this.tokens = meters.tokens();
        this.account = meters.account();
    }

    /** The same caller under a new configuration. What has not changed keeps its counters. */
    KeyHolder under(KeySpec next, Account fresh) {
        boolean sameRate = next.rate().equals(spec.rate());
        boolean samePeriod = next.budget().period().equals(spec.budget().period());
        return new KeyHolder(
                next,
                anonymous,
                new Meters(
                        sameRate ? requests : new RateMeter(next.rate().requestsPerMinute()),
                        sameRate ? tokens : new RateMeter(next.rate().tokensPerMinute()),
                        samePeriod ? account : fresh));
    }

    KeySpec spec() {
        return spec;
    }

    /** For records and logs; {@code anonymous} if no key is configured. */
    public String id() {
        return spec.id();
    }

    public boolean isAnonymous() {
        return anonymous;
    }

    /** Whether its requests or tokens have a limit by the minute. */
    public boolean rateLimited() {
        return requests.limited() || tokens.limited();
    }

    /** Policy behind {@code auto}; empty for the gateway's default. */
    public String policy() {
        return spec.policy();
    }

    public boolean mayUse(ModelId model) {
        if (allowed.isEmpty()) {
            return true;
        }
        for (Glob glob : allowed) {
            if (glob.matches(model.value())) {
                return true;
            }
        }
        return false;
    }

    /** Throws {@link ChatFailure} FORBIDDEN, naming what is allowed. */
    public void requireModel(ModelId model) {
        if (!mayUse(model)) {
            throw ChatFailure.builder(
                            ChatFailure.Kind.FORBIDDEN,
                            "key '" + id() + "' may not use the model '" + model + "'; it may use "
                                    + String.join(", ", spec.allowedModels()))
                    .param("model")
                    .build();
        }
    }

    private record Meters(RateMeter requests, RateMeter tokens, Account account) {}
}
