package dev.parley.gateway.record;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** Deletes what is too old, in slices short enough not to hold up the writer's batches for long. */
final class Retention {
    private static final int SLICE = 5_000;

    private static final long SPENDING_KEPT = 400L * 24 * Schema.HOUR;

    /** How long what outcomes have in common is written for new ones: longer than that after it was made nobody refers to it any more. */
    static final Duration COMMON_USED = Duration.ofHours(1);

    private Retention() {}

    /** Deletes outcomes (and their feedback) from before {@code limit}; returns how many. */
    static int sweep(Connection db, Instant limit) throws SQLException {
        long before = OutcomeRow.micros(limit);
        int gone = 0;
        for (int slice = SLICE; slice == SLICE; gone += slice) {
            slice = delete(
                    db,
                    "DELETE FROM document WHERE seq IN (SELECT seq FROM document WHERE seq < ? LIMIT " + SLICE + ")",
                    OutcomeRow.first(limit));
            db.commit();
        }
        if (gone > 0) {
            delete(db, "DELETE FROM exposure WHERE seq < ?", OutcomeRow.first(limit));
            delete(db, "DELETE FROM feedback WHERE at_us < ?", before);
            delete(db, "DELETE FROM gap WHERE at_us < ?", before);
            // Twice, since it is used until the sweep after that time.
            delete(db, "DELETE FROM common WHERE at_us < ?", before - 2 * COMMON_USED.toNanos() / 1000);
            // Sums outlive outcomes: a budget's period may be longer than the retention.
            delete(db, "DELETE FROM spending WHERE hour < ? / " + Schema.HOUR, before - SPENDING_KEPT);
            db.commit();
            try (Statement statement = db.createStatement()) {
                statement.execute("PRAGMA incremental_vacuum");
            }
            db.commit();
        }
        return gone;
    }

    private static int delete(Connection db, String sql, long before) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement(sql)) {
            statement.setLong(1, before);
            return statement.executeUpdate();
        }
    }
}
