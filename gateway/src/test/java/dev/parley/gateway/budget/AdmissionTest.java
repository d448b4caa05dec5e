package dev.parley.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.chat.ChatFailure;
import dev.parley.config.KeySpec;
import dev.parley.config.ModelId;
import dev.parley.config.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final KeySpec.RateLimit TEN_A_MINUTE = new KeySpec.RateLimit(10, 1_000);
    private static final KeySpec.Budget HUNDRED_AN_HOUR = new KeySpec.Budget(100, Duration.ofHours(1));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T12:10:00Z"));

    @Test
    void withoutKeysEverybodyIsAnonymous() {
        KeyHolder holder = admission().identify("");
        assertThat(holder.isAnonymous()).isTrue();
        assertThat(holder.id()).isEqualTo("anonymous");
        assertThat(holder.mayUse(new ModelId("any"))).isTrue();
    }

    @Test
    void findsTheHolderOfAKeyAndRefusesOthers() {
        Admission admission = admission(key("a", "secret-a"), key("b", "secret-b"));
        assertThat(admission.identify("secret-a").id()).isEqualTo("a");
        assertThat(admission.identify("secret-b").id()).isEqualTo("b");
        assertThat(failure(() -> admission.identify("secret")).kind()).isEqualTo(ChatFailure.Kind.UNAUTHENTICATED);
        assertThat(failure(() -> admission.identify("")).getMessage()).contains("Authorization: Bearer");
    }

    @Test
    void messagesNeverShowAKey() {
        Admission admission = admission(key("a", "secret-a"));
        assertThat(failure(() -> admission.identify("wrong-key")).getMessage())
                .doesNotContain("wrong-key")
                .doesNotContain("secret-a");
    }

    @Test
    void aForbiddenModelIsNamedWithWhatIsAllowed() {
        KeySpec spec = new KeySpec(
                "a",
                Secret.of("s"),
                List.of("qwen/*", "gpt-4o"),
                "",
                KeySpec.Budget.UNLIMITED,
                KeySpec.RateLimit.UNLIMITED);
        KeyHolder holder = admission(spec).identify("s");
        holder.requireModel(new ModelId("qwen/qwen3-30b"));
        holder.requireModel(new ModelId("gpt-4o"));
        assertThat(failure(() -> holder.requireModel(new ModelId("gpt-4o-mini"))))
                .satisfies(f -> assertThat(f.kind()).isEqualTo(ChatFailure.Kind.FORBIDDEN))
                .hasMessageContaining("gpt-4o-mini")
                .hasMessageContaining("qwen/*, gpt-4o");
    }

    @Test
    void aRequestThatNeedsMoreExtendsItsPermit() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, TEN_A_MINUTE));
        KeyHolder holder = admission.identify("s");
        Permit permit = admission.admit(holder, new Estimate(100, OptionalLong.of(30)));
        permit.extend(new Estimate(200, OptionalLong.of(50)));
        assertThat(admission.rates(holder).requests().remaining()).isEqualTo(9);
        assertThat(admission.rates(holder).tokens().remaining()).isEqualTo(700);
        assertThat(failure(() -> permit.extend(new Estimate(1, OptionalLong.of(21))))
                        .kind())
                .isEqualTo(ChatFailure.Kind.BUDGET_EXHAUSTED);
        assertThat(failure(() -> permit.extend(new Estimate(701, OptionalLong.of(1))))
                        .kind())
                .isEqualTo(ChatFailure.Kind.RATE_LIMITED);
        assertThat(admission.rates(holder).tokens().remaining()).isEqualTo(700);
        permit.settle(60, 250);
        assertThat(admission.spending()).containsValue(60L);
        assertThat(admission.rates(holder).tokens().remaining()).isEqualTo(750);
        admission.admit(holder, new Estimate(1, OptionalLong.of(40)));
    }

    @Test
    void anExtensionInTheNextPeriodReservesThere() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, KeySpec.RateLimit.UNLIMITED));
        KeyHolder holder = admission.identify("s");
        Permit permit = admission.admit(holder, new Estimate(1, OptionalLong.of(90)));
        pass(Duration.ofHours(1));
        permit.extend(new Estimate(1, OptionalLong.of(80)));
        permit.settle(100, 2);
        assertThat(admission.spending()).containsValue(100L);
        assertThat(failure(() -> admission.admit(holder, new Estimate(1, OptionalLong.of(1))))
                        .kind())
                .isEqualTo(ChatFailure.Kind.BUDGET_EXHAUSTED);
    }

    @Test
    void theEleventhRequestInAMinuteWaitsForAPlace() {
        Admission admission = admission(key(KeySpec.Budget.UNLIMITED, TEN_A_MINUTE));
        KeyHolder holder = admission.identify("s");
        for (int i = 0; i < 10; i++) {
            admission.admit(holder, new Estimate(1, OptionalLong.of(0)));
        }
        ChatFailure failure = failure(() -> admission.admit(holder, new Estimate(1, OptionalLong.of(0))));
        assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.RATE_LIMITED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(6));
        pass(Duration.ofSeconds(6));
        admission.admit(holder, new Estimate(1, OptionalLong.of(0)));
    }

    @Test
    void ratesSayWhatIsLeft() {
        Admission admission = admission(key(KeySpec.Budget.UNLIMITED, TEN_A_MINUTE));
        KeyHolder holder = admission.identify("s");
        admission.admit(holder, new Estimate(250, OptionalLong.of(0)));
        Rates rates = admission.rates(holder);
        assertThat(rates.requests()).isEqualTo(new Rates.Rate(true, 10, 9, Duration.ofSeconds(6)));
        assertThat(rates.tokens()).isEqualTo(new Rates.Rate(true, 1_000, 750, Duration.ofSeconds(15)));
        assertThat(admission().rates(admission().identify("")).requests().limited())
                .isFalse();
    }

    @Test
    void settlingCorrectsTheEstimateOfTokens() {
        Admission admission = admission(key(KeySpec.Budget.UNLIMITED, TEN_A_MINUTE));
        KeyHolder holder = admission.identify("s");
        admission.admit(holder, new Estimate(900, OptionalLong.of(0))).settle(0, 100);
        assertThat(admission.rates(holder).tokens().remaining()).isEqualTo(900);
    }

    @Test
    void aRefusedRequestTakesNothing() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, TEN_A_MINUTE));
        KeyHolder holder = admission.identify("s");
        assertThat(failure(() -> admission.admit(holder, new Estimate(500, OptionalLong.of(101))))
                        .kind())
                .isEqualTo(ChatFailure.Kind.BUDGET_EXHAUSTED);
        assertThat(admission.rates(holder).requests().remaining()).isEqualTo(10);
        assertThat(admission.rates(holder).tokens().remaining()).isEqualTo(1_000);
    }

    @Test
    void aBudgetCountsReservationsUntilTheyAreReleased() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, KeySpec.RateLimit.UNLIMITED));
        KeyHolder holder = admission.identify("s");
        Permit first = admission.admit(holder, new Estimate(1, OptionalLong.of(60)));
        ChatFailure failure = failure(() -> admission.admit(holder, new Estimate(1, OptionalLong.of(60))));
        assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.BUDGET_EXHAUSTED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(50));
        assertThat(failure).hasMessageContaining("0.00000004 USD of its budget");
        first.release();
        first.settle(1_000, 1);
        admission.admit(holder, new Estimate(1, OptionalLong.of(60))).settle(100, 1);
        assertThat(admission.spending()).containsEntry("a", 100L);
    }

    @Test
    void aNewPeriodBeginsEmptyAndOldCostsStayInTheirOwn() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, KeySpec.RateLimit.UNLIMITED));
        KeyHolder holder = admission.identify("s");
        Permit late = admission.admit(holder, new Estimate(1, OptionalLong.of(100)));
        pass(Duration.ofMinutes(50));
        Permit next = admission.admit(holder, new Estimate(1, OptionalLong.of(100)));
        late.settle(100, 1);
        next.settle(40, 1);
        assertThat(admission.spending()).containsEntry("a", 40L);
    }

    @Test
    void spendingBeforeARestartIsRemembered() {
        AtomicReference<Instant> asked = new AtomicReference<>(Instant.EPOCH);
        SpentSince spent = (id, since) -> {
            asked.set(since);
            return 90;
        };
        Admission admission =
                new Admission(List.of(key(HUNDRED_AN_HOUR, KeySpec.RateLimit.UNLIMITED)), spent, now::get);
        assertThat(asked.get()).isEqualTo(Instant.parse("2026-11-24T12:00:00Z"));
        assertThatThrownBy(() -> admission.admit(admission.identify("s"), new Estimate(1, OptionalLong.of(11))))
                .isInstanceOf(ChatFailure.class);
        admission.admit(admission.identify("s"), new Estimate(1, OptionalLong.of(10)));
    }

    @Test
    void anUnknownPriceNeedsAKeyWithoutACap() {
        Estimate unknown = new Estimate(1, OptionalLong.empty());
        Admission capped = admission(key(HUNDRED_AN_HOUR, KeySpec.RateLimit.UNLIMITED));
        assertThat(failure(() -> capped.admit(capped.identify("s"), unknown)).kind())
                .isEqualTo(ChatFailure.Kind.FORBIDDEN);
        Admission open = admission();
        open.admit(open.identify(""), unknown).release();
    }

    @Test
    void reloadingKeepsSpendingAndForgetsRemovedKeys() {
        Admission admission = admission(key(HUNDRED_AN_HOUR, TEN_A_MINUTE), key("gone", "g"));
        admission
                .admit(admission.identify("s"), new Estimate(500, OptionalLong.of(70)))
                .settle(70, 500);
        KeySpec doubled = key(new KeySpec.Budget(200, Duration.ofHours(1)), TEN_A_MINUTE);
        admission.reload(List.of(doubled), SpentSince.nothing());
        assertThat(admission.spending()).containsExactly(java.util.Map.entry("a", 70L));
        assertThat(admission.rates(admission.identify("s")).tokens().remaining())
                .isEqualTo(500);
        assertThat(failure(() -> admission.identify("g")).kind()).isEqualTo(ChatFailure.Kind.UNAUTHENTICATED);
        admission.admit(admission.identify("s"), new Estimate(1, OptionalLong.of(130)));
    }

    private static ChatFailure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ChatFailure failure = catchThrowableOfType(ChatFailure.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    private Admission admission(KeySpec... keys) {
        return new Admission(List.of(keys), SpentSince.nothing(), now::get);
    }

    private static KeySpec key(String id, String secret) {
        return new KeySpec(id, Secret.of(secret), List.of(), "", KeySpec.Budget.UNLIMITED, KeySpec.RateLimit.UNLIMITED);
    }

    private static KeySpec key(KeySpec.Budget budget, KeySpec.RateLimit rate) {
        return new KeySpec("a", Secret.of("s"), List.of(), "", budget, rate);
    }
}
