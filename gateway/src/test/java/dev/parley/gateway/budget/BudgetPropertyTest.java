package dev.parley.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatFailure;
import dev.parley.config.KeySpec;
import dev.parley.config.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class BudgetPropertyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:10:00Z");

    /** Whatever is admitted, settled below its estimate or released, spending and reservations stay within the cap. */
    @Property(tries = 300)
    void reservationsNeverExceedTheCap(
            @ForAll @LongRange(min = 0, max = 500) long cap,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 90) Integer> estimates,
            @ForAll long choices) {
        Admission admission = admission(cap);
        KeyHolder holder = admission.identify("s");
        List<Permit> open = new ArrayList<>();
        List<Integer> amounts = new ArrayList<>();
        long settled = 0;
        long choice = choices;
        for (int estimate : estimates) {
            try {
                open.add(admission.admit(holder, new Estimate(1, OptionalLong.of(estimate))));
                amounts.add(estimate);
            } catch (ChatFailure refused) {
                assertThat(refused.kind()).isEqualTo(ChatFailure.Kind.BUDGET_EXHAUSTED);
                assertThat(holder.account.committed(NOW) + estimate).isGreaterThan(cap);
            }
            assertThat(holder.account.committed(NOW)).isLessThanOrEqualTo(cap);
            choice = Long.rotateRight(choice, 1);
            if ((choice & 1) == 1 && !open.isEmpty()) {
                boolean release = (choice & 2) == 2;
                int amount = amounts.removeFirst();
                settled += release ? 0 : amount;
                end(open.removeFirst(), release, amount);
            }
        }
        long reserved = amounts.stream().mapToLong(Integer::longValue).sum();
        assertThat(holder.account.committed(NOW)).isEqualTo(settled + reserved);
    }

    private static void end(Permit permit, boolean release, int amount) {
        if (release) {
            permit.release();
        } else {
            permit.settle(amount, 1);
        }
    }

    @Property(tries = 10)
    void manyThreadsTogetherNeverExceedTheCap(@ForAll @LongRange(min = 1, max = 5_000) long cap) throws Exception {
        Admission admission = admission(cap);
        KeyHolder holder = admission.identify("s");
        AtomicLong reserved = new AtomicLong();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                runs.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 500; i++) {
                        reserved.addAndGet(tryReserve(admission, holder, 1 + i % 7));
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> run : runs) {
                run.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(reserved.get()).isLessThanOrEqualTo(cap).isEqualTo(holder.account.committed(NOW));
    }

    private static long tryReserve(Admission admission, KeyHolder holder, long amount) {
        try {
            admission.admit(holder, new Estimate(1, OptionalLong.of(amount)));
            return amount;
        } catch (ChatFailure refused) {
            return 0;
        }
    }

    /** In any span of time at most the bucket plus what flowed in is let through. */
    @Property(tries = 200)
    void ratesNeverLetMoreThroughThanBucketAndInflow(
            @ForAll @LongRange(min = 1, max = 100_000) long perMinute,
            @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 2_000) Integer> gapsMillis) {
        RateMeter meter = new RateMeter(perMinute);
        long start = 1_000_000_000_000L;
        long now = start;
        long taken = 0;
        long amount = Math.max(1, perMinute / 20);
        for (int gap : gapsMillis) {
            now += gap * 1_000_000L;
            Duration wait = meter.take(amount, now);
            if (wait.isZero()) {
                taken += amount;
            } else {
                assertThat(meter.take(amount, now + wait.toNanos() - 1)).isPositive();
            }
            double allowed = perMinute + (double) perMinute * (now - start) / 60e9;
            assertThat((double) taken).isLessThanOrEqualTo(allowed + 1e-6);
        }
    }

    @Property
    void globsAgreeWithRegularExpressions(
            @ForAll @StringLength(max = 6) @CharRange(from = 'a', to = 'b') String text,
            @ForAll @Size(max = 5) List<@IntRange(min = 0, max = 3) Integer> symbols) {
        StringBuilder glob = new StringBuilder();
        StringBuilder regex = new StringBuilder();
        for (int symbol : symbols) {
            glob.append("ab*?".charAt(symbol));
            regex.append(new String[] {"a", "b", ".*", "."}[symbol]);
        }
        assertThat(new Glob(glob.toString()).matches(text)).isEqualTo(Pattern.matches(regex.toString(), text));
    }

    private static Admission admission(long cap) {
        KeySpec key = new KeySpec(
                "a",
                Secret.of("s"),
                List.of(),
                "",
                new KeySpec.Budget(cap, Duration.ofHours(1)),
                KeySpec.RateLimit.UNLIMITED);
        return new Admission(List.of(key), SpentSince.nothing(), () -> NOW);
    }
}
