package dev.parley.gateway.record;

import static dev.parley.gateway.record.Outcomes.NOON;
import static dev.parley.gateway.record.Outcomes.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.RecordSpec;
import dev.parley.config.Usage;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log keeps in brief comes back as if it were kept whole. */
class BriefOutcomesTest {
    private static final String ODD = "s-\"%d\" \\ \u00fc \ud83d\ude80\n";

    @TempDir
    Path folder;

    @Test
    void comesBackAsItsDocumentWhateverItsNumbersAre() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            Usage usage = Usage.of(random.nextInt(100_000), random.nextInt(10_000));
            OptionalLong cost = i % 5 == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextLong(1L << 50));
            outcomes.add(relayed(
                    NOON.plus(Duration.ofNanos(random.nextLong(3_600_000_000L) * 1_000)),
                    "team-" + i % 3,
                    i % 4 == 0 ? "" : ODD + i % 7,
                    call("m%s" + i % 2, usage, cost, 2 + random.nextLong(1L << 40)),
                    i % 6 == 0 ? "" : "chatcmpl-\"%s\"-" + i));
        }
        try (SqliteOutcomeLog log = open(false, NOON)) {
            outcomes.forEach(log::record);
            for (Outcome outcome : outcomes) {
                assertThat(wait(log.find(outcome.id())).orElseThrow().json())
                        .isEqualTo(OutcomeJson.document(outcome, false).replaceFirst("000Z\"", "Z\""));
            }
        }
        assertThat(count("SELECT COUNT(*) FROM document WHERE common IS NULL")).isZero();
        // Three keys, two models, and a document without an id of the answer is the same kind's.
        assertThat(count("SELECT COUNT(*) FROM common")).isEqualTo(6);
    }

    @Test
    void whatHasPartsOfItsOwnIsKeptWhole() throws Exception {
        Outcome.Call plain = call("a", Usage.of(10, 5), OptionalLong.of(40), 900);
        Outcome.Experts experts = new Outcome.Experts(
                OptionalDouble.of(2), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
        List<Outcome> outcomes = List.of(
                Outcomes.outcome(DecisionId.at(NOON).substring(16)),
                Outcomes.refused(DecisionId.at(NOON)),
                relayed(NOON, "k", "", call("a", new Usage(10, 4, 0, 5, 0, false), OptionalLong.of(40), 900), "x"),
                relayed(NOON, "k", "", call("a", new Usage(10, 0, 0, 5, 0, true), OptionalLong.of(40), 900), "x"),
                relayed(
                        NOON,
                        "k",
                        "",
                        new Outcome.Call("a", "b", "ok", plain.usage(), plain.costNanoUsd(), 900, Optional.of(experts)),
                        "x"));
        try (SqliteOutcomeLog log = open(false, NOON)) {
            outcomes.forEach(log::record);
            for (Outcome outcome : outcomes) {
                assertThat(wait(log.find(outcome.id())).orElseThrow().json())
                        .isEqualTo(OutcomeJson.document(outcome, false));
            }
        }
        assertThat(count("SELECT COUNT(*) FROM document WHERE common IS NULL")).isEqualTo(5);
        assertThat(count("SELECT COUNT(*) FROM common")).isZero();
        Outcome asked = relayed(NOON, "k", "", plain, "x");
        assertThat(Kind.of(asked, false)).isPresent();
        assertThat(Kind.of(asked, true)).as("where prompts are kept").isEmpty();
    }

    @Test
    void isListedCountedAndFoundByItsAnswerBesideThoseKeptWhole() throws Exception {
        Outcome brief = relayed(
                NOON.plusSeconds(1), "team-a", "s", call("a", Usage.of(10, 5), OptionalLong.of(40), 900), "chatcmpl-7");
        Outcome whole = Outcomes.outcome("whole", NOON, "a", OptionalLong.of(2));
        try (SqliteOutcomeLog log = open(false, NOON.plusSeconds(2))) {
            log.record(whole);
            log.record(brief);
            assertThat(wait(log.list(new OutcomeLog.Filter("a", NOON, 10))))
                    .extracting(OutcomeLog.Recorded::id)
                    .containsExactly(brief.id(), whole.id());
            assertThat(wait(log.feedback(new OutcomeLog.Feedback("chatcmpl-7", "thumb", 1, "{}", NOON))))
                    .contains(brief.id());
            assertThat(wait(log.find(brief.id())).orElseThrow().feedback()).hasSize(1);
            assertThat(log.spentNanoUsd("team-a", NOON.minusSeconds(1))).isEqualTo(42);
            assertThat(wait(log.statistics(NOON.minusSeconds(1), List.of())))
                    .contains(
                            "\"all\":{\"requests\":2,\"errors\":0,\"cache_hits\":0,\"cost_nano_usd\":42,\"unpriced\":0,"
                                    + "\"input_tokens\":22,\"output_tokens\":10,")
                    .contains("\"feedback\":{\"a\":{\"thumb\":{\"count\":1,\"mean\":1.0}}}");
        }
    }

    @Test
    void goesWithWhatItHasInCommonWhenItIsTooOld() throws Exception {
        Outcome.Call call = call("a", Usage.of(10, 5), OptionalLong.of(40), 900);
        Outcome old = relayed(NOON, "old", "", call, "x");
        Outcome young = relayed(NOON.plus(Duration.ofDays(29)), "young", "", call, "y");
        try (SqliteOutcomeLog log = open(false, NOON)) {
            log.record(old);
        }
        try (SqliteOutcomeLog log = open(false, NOON.plus(Duration.ofDays(29)))) {
            log.record(young);
        }
        try (SqliteOutcomeLog log = open(false, NOON.plus(Duration.ofDays(32)))) {
            assertThat(wait(log.find(young.id()))).isPresent();
            assertThat(wait(log.find(old.id()))).isEmpty();
        }
        assertThat(count("SELECT COUNT(*) FROM document")).isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM common")).isEqualTo(1);
    }

    /** What a batch had in common with others goes with its rollback, and must be written again. */
    @Test
    void comesThroughWhenTheDiskRefusesTheFirstOfItsKind() throws Exception {
        Outcome outcome = relayed(
                NOON.plusNanos(123_456_000),
                "k",
                "",
                call("a", Usage.of(10, 5), OptionalLong.of(40), 900),
                "chatcmpl-7");
        try (SqliteOutcomeLog log = open(false, NOON)) {
            execute("CREATE TRIGGER refuse BEFORE INSERT ON document BEGIN SELECT RAISE(ABORT, 'disk full'); END");
            log.record(outcome);
            while (log.trouble().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(log.trouble().orElseThrow()).contains("disk full");
            execute("DROP TRIGGER refuse");
            assertThat(wait(log.find(outcome.id())).orElseThrow().json())
                    .isEqualTo(OutcomeJson.document(outcome, false));
            assertThat(log.lost()).isZero();
        }
        assertThat(count("SELECT COUNT(*) FROM document WHERE common IS NOT NULL"))
                .isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM common")).isEqualTo(1);
    }

    @Test
    void moreOfOneMicrosecondThanHaveRoomThereKeepTheirIdsAndTimes() throws Exception {
        Instant last = NOON.plus(Duration.ofNanos(999_999_000));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            outcomes.add(relayed(last, "k", "", call("a", Usage.of(i, 5), OptionalLong.of(40), 900), "x" + i));
        }
        try (SqliteOutcomeLog log = open(false, NOON)) {
            outcomes.forEach(log::record);
            assertThat(wait(log.list(new OutcomeLog.Filter("a", NOON, 2_000))))
                    .extracting(OutcomeLog.Recorded::json)
                    .containsExactlyInAnyOrderElementsOf(outcomes.stream()
                            .map(outcome -> OutcomeJson.document(outcome, false))
                            .toList());
        }
        assertThat(count("SELECT COUNT(*) FROM document WHERE common IS NULL")).isEqualTo(1_100 - 1_024);
    }

    @Test
    void tagsOfEachRequestsOwnDoNotFillTheLogWithKinds() throws Exception {
        Outcome.Call call = call("a", Usage.of(10, 5), OptionalLong.of(40), 900);
        try (SqliteOutcomeLog log = open(false, NOON)) {
            for (int i = 0; i < 3_000; i++) {
                log.record(relayed(NOON.plusMillis(i), "key-" + i, "", call, "x"));
                if (i % 100 == 0) {
                    assertThat(wait(log.find("dec_"))).isEmpty(); // lets the writer catch up
                }
            }
            assertThat(wait(log.list(new OutcomeLog.Filter("a", NOON, 5_000)))).hasSize(3_000);
            assertThat(log.lost()).isZero();
        }
        assertThat(count("SELECT COUNT(*) FROM common")).isBetween(1_000, 1_600);
    }

    @Test
    void takesATenthOfADocument() throws Exception {
        Outcome.Call call = call("bench", Usage.of(200, 60), OptionalLong.of(320_000), 4_964);
        try (SqliteOutcomeLog log = open(false, NOON)) {
            for (int i = 0; i < 10_000; i++) {
                log.record(relayed(NOON.plusMillis(i), "bench", "", call, "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT"));
                if (i % 1_000 == 0) {
                    assertThat(wait(log.find("dec_"))).isEmpty();
                }
            }
        }
        assertThat(Files.size(folder.resolve("outcomes.db"))).isLessThan(1_200_000);
    }

    private static Outcome.Call call(String model, Usage usage, OptionalLong cost, long micros) {
        return new Outcome.Call(model, "plain", "ok", usage, cost, micros);
    }

    private void execute(String sql) throws SQLException {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("outcomes.db"));
                Statement statement = db.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String sql) throws SQLException {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("outcomes.db"));
                Statement statement = db.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private SqliteOutcomeLog open(boolean prompts, Instant now) {
        return SqliteOutcomeLog.open(
                new RecordSpec(folder.resolve("outcomes.db").toString(), prompts, Duration.ofDays(30)),
                InstantSource.fixed(now));
    }

    private static <T> T wait(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
