package dev.parley.gateway.record;

import static dev.parley.gateway.record.Outcomes.NOON;
import static dev.parley.gateway.record.Outcomes.answered;
import static dev.parley.gateway.record.Outcomes.id;
import static dev.parley.gateway.record.Outcomes.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parley.config.RecordSpec;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteOutcomeLogTest {
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);

    @TempDir
    Path folder;

    @Test
    void keepsAnOutcomeAcrossARestart() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("d1"));
        }
        try (SqliteOutcomeLog log = open(false)) {
            String json = wait(log.find(id("d1"))).orElseThrow().json();
            assertThat(json)
                    .contains("\"selected\":\"micro/arithmetic\"")
                    .contains("\"candidates\":[{\"model\":\"micro/arithmetic\",\"quality\":0.97")
                    .contains("\"excluded\":{\"big\":\"costs too much\"}")
                    .contains("\"cost_nano_usd\":1500")
                    .contains("\"status\":\"OVERLOADED\"");
        }
    }

    @Test
    void readsSeeWhatWasRecordedJustBefore() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            for (int i = 0; i < 1_000; i++) {
                log.record(outcome("d" + i));
            }
            assertThat(wait(log.find(id("d999")))).isPresent();
            assertThat(wait(log.find(id("nobody")))).isEmpty();
            assertThat(wait(log.list(new OutcomeLog.Filter("", NOON, 5_000)))).hasSize(1_000);
            assertThat(log.lost()).isZero();
        }
    }

    @Test
    void promptsAreOnlyKeptWhenAskedFor() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("quiet"));
            assertThat(wait(log.find(id("quiet"))).orElseThrow().json()).doesNotContain("346 + 87");
        }
        try (SqliteOutcomeLog log = open(true)) {
            log.record(outcome("open"));
            assertThat(wait(log.find(id("open"))).orElseThrow().json())
                    .contains("346 + 87")
                    .contains("433");
        }
    }

    @Test
    void feedbackNeedsAKnownDecisionAndComesBackWithIt() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("d1"));
            assertThat(wait(log.feedback(new OutcomeLog.Feedback(id("d1"), "thumb", 1, "ui", NOON))))
                    .contains(id("d1"));
            assertThat(wait(log.feedback(new OutcomeLog.Feedback(id("nobody"), "thumb", 1, "ui", NOON))))
                    .isEmpty();
            OutcomeLog.Recorded recorded = wait(log.find(id("d1"))).orElseThrow();
            assertThat(recorded.feedback()).containsExactly(new OutcomeLog.Feedback(id("d1"), "thumb", 1, "ui", NOON));
            assertThat(OutcomeJson.withFeedback(recorded))
                    .endsWith(",\"feedback\":[{\"metric\":\"thumb\",\"value\":1.0,\"tags\":\"ui\","
                            + "\"at\":\"2026-11-24T12:00:00Z\"}]}");
        }
    }

    @Test
    void feedbackMayNameTheAnswerABackendGave() throws Exception {
        String given = "chatcmpl-\"odd\"-2f5dd3c1a0b94e1f8d7c6b5a49382716";
        try (SqliteOutcomeLog log = open(false)) {
            log.record(answered("d1", given));
            log.record(answered("d2", "chatcmpl-other"));
            log.record(outcome("d3"));
            assertThat(wait(log.feedback(new OutcomeLog.Feedback(given, "thumb", 1, "ui", NOON))))
                    .contains(id("d1"));
            assertThat(wait(log.feedback(new OutcomeLog.Feedback("chatcmpl-", "thumb", 1, "ui", NOON))))
                    .isEmpty();
            assertThat(wait(log.find(id("d1"))).orElseThrow().feedback()).hasSize(1);
            assertThat(wait(log.find(id("d2"))).orElseThrow().feedback()).isEmpty();
        }
    }

    @Test
    void listsTheNewestFirstByModelAndTime() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("old", NOON.minusSeconds(60), "a", OptionalLong.empty()));
            log.record(outcome("new", NOON, "a", OptionalLong.empty()));
            log.record(outcome("other", NOON, "b", OptionalLong.empty()));
            assertThat(ids(log, new OutcomeLog.Filter("a", Instant.EPOCH, 10))).containsExactly("new", "old");
            assertThat(ids(log, new OutcomeLog.Filter("a", NOON, 10))).containsExactly("new");
            assertThat(ids(log, new OutcomeLog.Filter("", Instant.EPOCH, 2))).containsExactly("other", "new");
        }
    }

    @Test
    void outcomesOlderThanTheRetentionGoAtTheNextStart() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("ancient", NOON.minus(Duration.ofDays(40)), "a", OptionalLong.empty()));
            log.record(outcome("recent", NOON.minus(Duration.ofDays(20)), "a", OptionalLong.empty()));
        }
        try (SqliteOutcomeLog log = open(false)) {
            // The sweep comes before the writer's first batch.
            log.record(outcome("today"));
            wait(log.find(id("today")));
            assertThat(ids(log, new OutcomeLog.Filter("", Instant.EPOCH, 10))).containsExactly("today", "recent");
        }
    }

    @Test
    void spendingOfAKeyCountsFromAnInstant() {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("before", NOON.minusSeconds(10), "a", OptionalLong.of(7)));
            log.record(outcome("after", NOON, "a", OptionalLong.of(30)));
            log.record(outcome("unknown price", NOON, "a", OptionalLong.empty()));
            assertThat(log.spentNanoUsd("team-a", NOON)).isEqualTo(30);
            assertThat(log.spentNanoUsd("team-a", NOON.minusSeconds(5)))
                    .as("the rest of an hour")
                    .isEqualTo(30);
            assertThat(log.spentNanoUsd("team-a", NOON.minusSeconds(20)))
                    .as("some of an hour and the next one")
                    .isEqualTo(37);
            assertThat(log.spentNanoUsd("team-a", Instant.EPOCH)).isEqualTo(37);
            assertThat(log.spentNanoUsd("team-b", Instant.EPOCH)).isZero();
        }
    }

    @Test
    void statisticsTellUnknownFiguresFromZero() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            log.record(outcome("routed", NOON, "a", OptionalLong.of(7)));
            log.record(Outcomes.direct("named", OptionalLong.empty()));
            JsonObject statistics = new JsonObject(wait(log.statistics(Instant.EPOCH, List.of())));
            JsonObject named = statistics.getJsonObject("by_policy").getJsonObject("direct");
            assertThat(named.getInteger("unpriced")).isEqualTo(1);
            assertThat(named.containsKey("predicted_quality")).isFalse();
            JsonObject routed = statistics.getJsonObject("by_policy").getJsonObject("cheap");
            assertThat(routed.getDouble("predicted_quality")).isEqualTo(0.97);
            assertThat(routed.getInteger("cost_nano_usd")).isEqualTo(7);
        }
    }

    @Test
    void armsSumWholeUnits() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            arm(log, "d1", "s1", 10);
            arm(log, "d2", "s1", 30);
            arm(log, "d3", "s2", 20);
            ArmSums cost = wait(log.arms("exp")).stream()
                    .filter(a -> a.metric().equals("cost_nano_usd"))
                    .findFirst()
                    .orElseThrow();
            assertThat(cost.variant()).isEqualTo("b");
            assertThat(cost.units()).isEqualTo(2);
            assertThat(cost.sumN()).isEqualTo(3);
            assertThat(cost.sumY()).isEqualTo(60);
            assertThat(cost.sumYY()).isCloseTo(40 * 40 + 20 * 20, within(1e-9));
            assertThat(cost.sumNN()).isEqualTo(5);
            assertThat(cost.sumYN()).isEqualTo(100);
        }
    }

    private static void arm(SqliteOutcomeLog log, String id, String session, long cost) {
        log.record(Outcomes.of(
                outcome(id, NOON, "a", OptionalLong.of(cost)), new Outcome.Caller("team-a", session, "exp", "b", "")));
    }

    @Test
    void refusesAFileOfANewerVersionAndSaysWhatToDo() throws Exception {
        Path file = folder.resolve("outcomes.db");
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = db.createStatement()) {
            statement.execute("PRAGMA user_version = " + (Schema.current() + 1));
        }
        assertThatThrownBy(() -> open(false))
                .hasMessageContaining("record.path")
                .hasMessageContaining("start a newer Parley");
    }

    @Test
    void aFileOfTheFirstVersionKeepsItsOutcomes() throws Exception {
        Path file = folder.resolve("outcomes.db");
        String doc = "{\"id\":\"" + id("old") + "\",\"caller\":{\"session\":\"s\"},\"decision\":{\"selected\":\"a\"},"
                + "\"cost_nano_usd\":41,\"result\":{\"status\":200}}";
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = db.createStatement()) {
            Schema.migrate(db, 1);
            statement.execute("INSERT INTO outcome VALUES ('" + id("old") + "', " + OutcomeRow.micros(NOON)
                    + ", 'team-a', 's', 'exp', 'b', 'OPENAI_CHAT', 'auto', 0, 'none', 'a', 'a', 'moe', 'cheap', 'graph', 1, 200,"
                    + " 'STOP', 'off', 1, 5, 0, 0, 7, 0, 0, 41, 0.5, 40, 1, 2, 3, '" + doc + "')");
            statement.execute("INSERT INTO feedback VALUES ('" + id("old") + "', 'thumb', 1, 'ui', "
                    + OutcomeRow.micros(NOON) + ")");
            db.commit();
        }
        try (SqliteOutcomeLog log = open(false)) {
            OutcomeLog.Recorded old = wait(log.find(id("old"))).orElseThrow();
            assertThat(old.json())
                    .isEqualTo(doc.replace("\"selected\":\"a\"", "\"selected\":\"a\",\"predicted_quality\":0.5"));
            assertThat(old.feedback()).containsExactly(new OutcomeLog.Feedback(id("old"), "thumb", 1, "ui", NOON));
            assertThat(wait(log.arms("exp")).stream().map(ArmSums::metric))
                    .containsExactly("cost_nano_usd", "errors", "feedback:thumb", "latency_us");
            assertThat(log.spentNanoUsd("team-a", NOON)).isEqualTo(41);
        }
    }

    @Test
    void theFileIsItsOwnersAlone() throws Exception {
        open(false).close();
        assertThat(Files.getPosixFilePermissions(folder.resolve("outcomes.db"))).hasSize(2);
    }

    @Test
    void whatComesAfterClosingIsCountedAsLost() {
        SqliteOutcomeLog log = open(false);
        log.close();
        log.record(outcome("late"));
        assertThat(log.lost()).isEqualTo(1);
    }

    private List<String> ids(SqliteOutcomeLog log, OutcomeLog.Filter filter) throws Exception {
        return wait(log.list(filter)).stream()
                .map(r -> r.id().substring(id("").length()))
                .toList();
    }

    private SqliteOutcomeLog open(boolean prompts) {
        return SqliteOutcomeLog.open(
                new RecordSpec(folder.resolve("outcomes.db").toString(), prompts, Duration.ofDays(30)), CLOCK);
    }

    private static <T> T wait(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void findingNothingIsNoError() throws Exception {
        try (SqliteOutcomeLog log = open(false)) {
            assertThat(wait(log.find(id("x")))).isEqualTo(Optional.empty());
            assertThat(wait(log.find("dec_x"))).isEqualTo(Optional.empty());
            assertThat(wait(log.find(""))).isEqualTo(Optional.empty());
        }
    }
}
