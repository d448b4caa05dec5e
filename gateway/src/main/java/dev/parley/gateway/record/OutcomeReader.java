package dev.parley.gateway.record;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.json.JsonText;
import dev.parley.config.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads, on the log's reading thread only. */
final class OutcomeReader {
    /** Statistics look at this many of the newest outcomes at most. */
    static final int STATISTICS_LIMIT = 200_000;

    /** One outcome; see {@link #bind}. */
    static final String BY_ID = "seq >= ? AND seq < ? AND id = ?";

    /** A request's time is taken right after its id. */
    private static final long ID_TO_TIME = 1_000_000;

    /** How an answer ends that has failed, though its status may be 200. Clients may leave when they have read enough. */
    private static final String FAILED = Stream.of(ChatFailure.Kind.values())
            .filter(kind -> kind != ChatFailure.Kind.CANCELLED)
            .map(kind -> "'" + kind + "'")
            .collect(Collectors.joining(", ", "(status >= 400 OR finish IN (", "))"));

    private final Connection db;

    OutcomeReader(Connection db) {
        this.db = db;
    }

    Optional<OutcomeLog.Recorded> find(String id) throws SQLException {
        String sql = "SELECT seq, id, doc FROM outcome WHERE " + BY_ID;
        try (PreparedStatement query = db.prepareStatement(sql)) {
            bind(query, 1, id);
            return recorded(query).stream().findFirst();
        }
    }

    /**
     * The decision whose relayed answer has this id of its own. Reads outcomes from the newest back, so what was answered lately is found at once;
     * an id that is nobody's takes a pass over {@link #STATISTICS_LIMIT} of them.
     */
    Optional<String> byAnswer(String answerId) throws SQLException {
        String sql = """
                SELECT id FROM outcome WHERE seq = (
                  SELECT seq FROM (SELECT seq, doc, answer_id FROM document ORDER BY seq DESC LIMIT ?1)
                  WHERE answer_id = ?2 OR instr(doc, ?3) > 0 LIMIT 1)
                """;
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setInt(1, STATISTICS_LIMIT);
            query.setString(2, answerId);
            query.setString(3, "\"" + OutcomeJson.ANSWER_ID + "\":" + JsonText.quote(answerId));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** Binds the three parameters of {@link #BY_ID}. What is no decision's id finds nothing. */
    static void bind(PreparedStatement statement, int first, String id) throws SQLException {
        long at = DecisionId.micros(id);
        statement.setLong(first, OutcomeRow.first(at));
        statement.setLong(first + 1, OutcomeRow.first(at < 0 ? at : at + ID_TO_TIME));
        statement.setString(first + 2, id);
    }

    List<OutcomeLog.Recorded> list(OutcomeLog.Filter filter) throws SQLException {
        String where = filter.model().isEmpty() ? "seq >= ?" : "seq >= ? AND model = ?";
        String sql = "SELECT seq, id, doc FROM outcome WHERE " + where + " ORDER BY seq DESC LIMIT ?";
        try (PreparedStatement query = db.prepareStatement(sql)) {
            int next = 1;
            query.setLong(next++, OutcomeRow.first(filter.since()));
            if (!filter.model().isEmpty()) {
                query.setString(next++, filter.model());
            }
            query.setInt(next, filter.limit());
            return recorded(query);
        }
    }

    private List<OutcomeLog.Recorded> recorded(PreparedStatement query) throws SQLException {
        List<OutcomeLog.Recorded> found = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                String id = rows.getString(2);
                found.add(new OutcomeLog.Recorded(id, rows.getString(3), feedback(rows.getLong(1), id)));
            }
        }
        return found;
    }

    private List<OutcomeLog.Feedback> feedback(long seq, String id) throws SQLException {
        String sql = "SELECT metric, value, tags, at_us FROM feedback WHERE seq = ? ORDER BY rowid";
        List<OutcomeLog.Feedback> said = new ArrayList<>();
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setLong(1, seq);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    said.add(new OutcomeLog.Feedback(
                            id,
                            rows.getString(1),
                            rows.getDouble(2),
                            rows.getString(3),
                            OutcomeRow.instant(rows.getLong(4))));
                }
            }
        }
        return said;
    }

    long spent(String key, Instant since) throws SQLException {
        // Whole hours from the sums, the beginning of the first one from its outcomes.
        String sql = """
                SELECT COALESCE((SELECT SUM(cost_nano_usd) FROM spending WHERE key_id = ?1 AND hour >= ?2), 0)
                  + COALESCE((SELECT SUM(cost_nano_usd) FROM outcome WHERE seq >= ?3 AND seq < ?4 AND key_id = ?1), 0)
                """;
        long from = OutcomeRow.micros(since);
        long hour = Math.ceilDiv(from, Schema.HOUR);
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setString(1, key);
            query.setLong(2, hour);
            query.setLong(3, OutcomeRow.first(from));
            query.setLong(4, OutcomeRow.first(hour * Schema.HOUR));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Feeds the fold with the newest outcomes since then. */
    void fold(Statistics statistics, Instant since) throws SQLException {
        String sql = """
                SELECT at_us, model, policy, %s, cost_nano_usd, input_tokens, cached_tokens, cache_write_tokens,
                  output_tokens, first_byte_us, total_us, cache, key_id, predicted_quality
                FROM outcome WHERE seq >= ? ORDER BY seq DESC LIMIT ?
                """.formatted(FAILED);
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setLong(1, OutcomeRow.first(since));
            query.setInt(2, STATISTICS_LIMIT);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    statistics.add(fact(rows));
                }
            }
        }
        statistics.lost(count("SELECT COALESCE(SUM(lost), 0) FROM gap WHERE at_us >= ?", since));
        feedback(statistics, since);
    }

    private void feedback(Statistics statistics, Instant since) throws SQLException {
        String sql = """
                SELECT o.model, f.metric, COUNT(*), AVG(f.value) FROM feedback f JOIN outcome o ON o.seq = f.seq
                WHERE f.seq >= ? GROUP BY o.model, f.metric
                """;
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setLong(1, OutcomeRow.first(since));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    statistics.feedback(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getDouble(4));
                }
            }
        }
    }

    private long count(String sql, Instant since) throws SQLException {
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setLong(1, OutcomeRow.micros(since));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private static Statistics.Fact fact(ResultSet rows) throws SQLException {
        long cost = rows.getLong(5);
        OptionalLong known = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(cost);
        Usage usage = new Usage(rows.getLong(6), rows.getLong(7), rows.getLong(8), rows.getLong(9), 0, false);
        double predicted = rows.getDouble(14);
        double quality = rows.wasNull() ? Double.NaN : predicted;
        return new Statistics.Fact(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getBoolean(4),
                known,
                usage,
                rows.getLong(10),
                rows.getLong(11),
                rows.getString(12),
                rows.getString(13),
                quality);
    }

    /** Per variant and metric, sums over the units of an experiment. */
    List<ArmSums> arms(String experiment) throws SQLException {
        List<ArmSums> arms = new ArrayList<>();
        String units = """
                SELECT variant, 'cost_nano_usd' AS metric, session AS unit, SUM(cost_nano_usd) AS y, COUNT(cost_nano_usd) AS n
                  FROM exposure JOIN outcome USING (seq) WHERE experiment = ?1 GROUP BY variant, session
                UNION ALL SELECT variant, 'latency_us', session, SUM(total_us), COUNT(*)
                  FROM exposure JOIN outcome USING (seq) WHERE experiment = ?1 GROUP BY variant, session
                UNION ALL SELECT variant, 'errors', session,
                  SUM(%s), COUNT(*)
                  FROM exposure JOIN outcome USING (seq) WHERE experiment = ?1 GROUP BY variant, session
                UNION ALL SELECT variant, 'feedback:' || metric, session, SUM(value), COUNT(*)
                  FROM exposure JOIN outcome USING (seq) JOIN feedback USING (seq) WHERE experiment = ?1
                  GROUP BY variant, metric, session
                """.formatted(FAILED);
        String sql = "SELECT variant, metric, COUNT(*), SUM(n), SUM(y), SUM(y*1.0*y), SUM(n*n), SUM(y*1.0*n) FROM ("
                + units + ") WHERE n > 0 GROUP BY metric, variant ORDER BY metric, variant";
        try (PreparedStatement query = db.prepareStatement(sql)) {
            query.setString(1, experiment);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    arms.add(new ArmSums(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getLong(3),
                            rows.getDouble(4),
                            rows.getDouble(5),
                            rows.getDouble(6),
                            rows.getDouble(7),
                            rows.getDouble(8)));
                }
            }
        }
        return arms;
    }

    void close() throws SQLException {
        db.close();
    }
}
