package dev.parley.gateway.budget;

import dev.parley.chat.ChatFailure;
import dev.parley.config.KeySpec;
import dev.parley.config.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The gate: who calls, and whether rates and budget let the call pass. All checks are O(1) but the search of the key, need no lock
 * and may run on any event loop.
 *
 * <p>The order of use: {@link #identify} before the body is read; {@link KeyHolder#requireModel} once the model is known;
 * {@link #admit} once the cost can be estimated; then exactly one of the permit's two ends.
 */
public final class Admission {
    private static final KeySpec ANONYMOUS = new KeySpec(
            "anonymous", Secret.none(), List.of(), "", KeySpec.Budget.UNLIMITED, KeySpec.RateLimit.UNLIMITED);

    private final InstantSource time;
    private volatile KeyRing ring;
    private final KeyHolder anonymous;

    /**
     * @param keys none lets everybody in as {@code anonymous}
     * @param spent restores what was spent before this start; called once per key with a budget
     */
    public Admission(List<KeySpec> keys, SpentSince spent, InstantSource time) {
        this.time = time;
        this.anonymous = new KeyHolder(ANONYMOUS, true, account(ANONYMOUS, SpentSince.nothing()));
        this.ring = new KeyRing(keys.stream()
                .map(k -> new KeyHolder(k, false, account(k, spent)))
                .toList());
    }

    /** New keys from a reload. Keys that stay keep their spending and, if their limits are the same, their rates. */
    public synchronized void reload(List<KeySpec> keys, SpentSince spent) {
        Map<String, KeyHolder> known =
                ring.holders().stream().collect(Collectors.toMap(KeyHolder::id, Function.identity()));
        List<KeyHolder> next = new ArrayList<>();
        for (KeySpec key : keys) {
            KeyHolder before = known.get(key.id());
            Account fresh = account(key, spent);
            next.add(before == null ? new KeyHolder(key, false, fresh) : before.under(key, fresh));
        }
        ring = new KeyRing(next);
    }

    /**
     * Who presents this key; throws {@link ChatFailure} UNAUTHENTICATED.
     *
     * @param presented from {@code Authorization: Bearer} or {@code x-api-key}; empty if there was none
     */
    public KeyHolder identify(String presented) {
        KeyRing keys = ring;
        if (keys.holders().isEmpty()) {
            return anonymous;
        }
        return keys.find(presented)
                .orElseThrow(() -> ChatFailure.of(
                        ChatFailure.Kind.UNAUTHENTICATED,
                        presented.isEmpty()
                                ? "no API key: send it as 'Authorization: Bearer KEY' or 'x-api-key: KEY'"
                                : "the API key is not known here: use one of those configured under 'keys'"));
    }

    /**
     * Lets a request in; throws {@link ChatFailure} RATE_LIMITED or BUDGET_EXHAUSTED, each with the time to wait, or FORBIDDEN for
     * an unknown price under a cap. Refused requests take nothing.
     */
    public Permit admit(KeyHolder holder, Estimate estimate) {
        Instant now = time.instant();
        long nanos = nanos(now);
        Duration wait = holder.requests.take(1, nanos);
        if (!wait.isZero()) {
            throw limited(holder, "requests", holder.requests.perMinute(), wait);
        }
        try {
            return new Reservation(holder, reserve(holder, estimate, now), estimate);
        } catch (ChatFailure refused) {
            holder.requests.giveBack(1);
            throw refused;
        }
    }

    /** Takes tokens and money; the period to settle the money in. */
    private static long reserve(KeyHolder holder, Estimate estimate, Instant now) {
        Duration wait = holder.tokens.take(estimate.tokens(), nanos(now));
        if (!wait.isZero()) {
            throw limited(holder, "tokens", holder.tokens.perMinute(), wait);
        }
        try {
            return reserveMoney(holder, estimate, now);
        } catch (ChatFailure refused) {
            holder.tokens.giveBack(estimate.tokens());
            throw refused;
        }
    }

    private static long reserveMoney(KeyHolder holder, Estimate estimate, Instant now) {
        long cap = holder.spec().budget().nanoUsd();
        boolean capped = cap != Long.MAX_VALUE;
        if (capped && estimate.costNanoUsd().isEmpty()) {
            throw ChatFailure.builder(
                            ChatFailure.Kind.FORBIDDEN,
                            "key '" + holder.id() + "' has a spending cap, and the model's price is not known:"
                                    + " set the model's price or choose another model")
                    .param("model")
                    .build();
        }
        long cost = estimate.costNanoUsd().orElse(0);
        long period = holder.account.reserve(cost, cap, now);
        if (period < 0) {
            throw exhausted(holder, cap, cost, now);
        }
        return period;
    }

    /** State of the holder's limits now. */
    public Rates rates(KeyHolder holder) {
        long now = nanos(time.instant());
        return new Rates(holder.requests.state(now), holder.tokens.state(now));
    }

    /** Spent by each key in its current period, in nano-USD, for the management side. */
    public Map<String, Long> spending() {
        Instant now = time.instant();
        return ring.holders().stream().collect(Collectors.toMap(KeyHolder::id, h -> h.account.spent(now)));
    }

    private Account account(KeySpec key, SpentSince spent) {
        Instant now = time.instant();
        boolean capped = key.budget().nanoUsd() != Long.MAX_VALUE;
        long before = capped ? spent.spent(key.id(), Account.periodStart(key.budget(), now)) : 0;
        return new Account(key.budget(), now, before);
    }

    /** Waits are told in whole seconds, rounded up: who comes back in time is let in. */
    private static ChatFailure limited(KeyHolder holder, String what, long limit, Duration left) {
        Duration wait = Duration.ofSeconds(left.plusNanos(999_999_999).toSeconds());
        return ChatFailure.builder(
                        ChatFailure.Kind.RATE_LIMITED,
                        "key '" + holder.id() + "' has reached its limit of " + limit + " " + what
                                + " a minute; try again in " + wait.toSeconds() + " s")
                .retryAfter(wait)
                .build();
    }

    private static ChatFailure exhausted(KeyHolder holder, long cap, long cost, Instant now) {
        Instant end = holder.account.periodEnd(now);
        long left = Math.max(0, cap - holder.account.committed(now));
        return ChatFailure.builder(
                        ChatFailure.Kind.BUDGET_EXHAUSTED,
                        "key '" + holder.id() + "' has " + usd(left) + " of its budget of " + usd(cap)
                                + " left, and this request may cost " + usd(cost) + "; the budget starts anew at "
                                + end)
                .retryAfter(Duration.between(now, end))
                .build();
    }

    private static String usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros().toPlainString() + " USD";
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    /** Ends once: the first of settle and release counts. */
    private final class Reservation extends AtomicBoolean implements Permit {
        private static final long serialVersionUID = 1L;
        private final transient KeyHolder holder;
        private long period;
        private long reserved;
        private long tokens;

        Reservation(KeyHolder holder, long period, Estimate estimate) {
            this.holder = holder;
            this.period = period;
            this.reserved = estimate.costNanoUsd().orElse(0);
            this.tokens = estimate.tokens();
        }

        @Override
        public void extend(Estimate more) {
            long in = reserve(holder, more, time.instant());
            if (in != period) { // what was reserved before has lapsed with its period
                period = in;
                reserved = 0;
            }
            reserved += more.costNanoUsd().orElse(0);
            tokens += more.tokens();
        }

        @Override
        public void settle(long nanoUsd, long usedTokens) {
            if (compareAndSet(false, true)) {
                holder.account.settle(period, reserved, nanoUsd);
                holder.tokens.giveBack(tokens - usedTokens);
            }
        }

        @Override
        public void release() {
            settle(0, 0);
        }
    }
}
