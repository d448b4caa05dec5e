package dev.parley.gateway.record;

import dev.parley.graphrouter.Prediction;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** An outcome as a row: the columns analytics need beside the document that has everything. */
record OutcomeRow(Outcome outcome, String document) {
    private static final int COLUMNS = 19;
    static final String INSERT = "INSERT OR IGNORE INTO outcome VALUES (" + "?,".repeat(COLUMNS - 1) + "?)";

    /** Binds all columns in the order of {@link Schema}. */
    void bind(PreparedStatement to) throws SQLException {
        Cursor c = new Cursor(to);
        Outcome.Caller caller = outcome.caller();
        c.number(micros(outcome.at())).text(outcome.id());
        c.text(caller.key()).text(caller.session()).text(caller.experiment()).text(caller.variant());
        c.text(outcome.decision().selected().value()).text(outcome.decision().policy());
        c.number(outcome.result().status()).text(outcome.result().cache());
        c.number(outcome.usage().inputTokens()).number(outcome.usage().cachedInputTokens());
        c.number(outcome.usage().cacheWriteTokens()).number(outcome.usage().outputTokens());
        c.money(outcome.costNanoUsd());
        predicted(c);
        c.number(outcome.timings().firstByte()).number(outcome.timings().total());
        c.text(document);
    }

    private void predicted(Cursor c) throws SQLException {
        Optional<Prediction> chosen =
                outcome.decision().prediction(outcome.decision().selected());
        if (chosen.isPresent()) {
            c.real(chosen.get().quality());
        } else {
            c.none(Types.REAL);
        }
    }

    static long micros(Instant at) {
        return TimeUnit.SECONDS.toMicros(at.getEpochSecond()) + at.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }

    /** Binds one column after the other. */
    private static final class Cursor {
        private final PreparedStatement statement;
        private int next = 1;

        Cursor(PreparedStatement statement) {
            this.statement = statement;
        }

        Cursor text(String value) throws SQLException {
            statement.setString(next++, value);
            return this;
        }

        Cursor number(long value) throws SQLException {
            statement.setLong(next++, value);
            return this;
        }

        Cursor real(double value) throws SQLException {
            statement.setDouble(next++, value);
            return this;
        }

        Cursor money(OptionalLong value) throws SQLException {
            return value.isPresent() ? number(value.getAsLong()) : none(Types.BIGINT);
        }

        Cursor none(int type) throws SQLException {
            statement.setNull(next++, type);
            return this;
        }
    }
}
