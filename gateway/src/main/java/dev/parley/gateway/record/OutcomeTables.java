package dev.parley.gateway.record;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes into the tables of {@link Schema}, by statements prepared once and open as long as the connection; the caller commits. For one thread. */
final class OutcomeTables {
    /** Beyond so many between two sweeps, kinds are not worth their look-up, as where clients write a tag of their own for each request. */
    private static final int MOST_KINDS = 1_000;

    private final Map<Kind, Long> kinds = new HashMap<>();
    private final PreparedStatement common;
    private final PreparedStatement outcome;
    private final PreparedStatement last;
    private final PreparedStatement exposure;
    private final PreparedStatement spending;
    private final PreparedStatement feedback;
    private final PreparedStatement gap;

    OutcomeTables(Connection db) throws SQLException {
        common = db.prepareStatement("INSERT INTO common(at_us, doc) VALUES (?, ?) RETURNING id");
        outcome = db.prepareStatement("INSERT OR IGNORE INTO document(" + String.join(", ", Schema.ROW) + ") VALUES (?"
                + ", ?".repeat(Schema.ROW.size() - 1) + ")");
        last = db.prepareStatement("SELECT MAX(seq) FROM document WHERE seq < ?");
        exposure = db.prepareStatement("INSERT INTO exposure VALUES (?, ?, ?)");
        spending = db.prepareStatement("INSERT INTO spending VALUES (?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd");
        feedback = db.prepareStatement(
                "INSERT INTO feedback SELECT seq, ?, ?, ?, ? FROM outcome WHERE " + OutcomeReader.BY_ID);
        gap = db.prepareStatement("INSERT INTO gap VALUES (?, ?)");
    }

    /** Writes outcomes and what their keys have spent. */
    void add(List<OutcomeRow> rows, Instant now) throws SQLException {
        List<OutcomeRow> left = apart(rows);
        while (!left.isEmpty()) {
            left = apart(withoutPlace(left, insert(left, now)));
        }
        spend(rows);
    }

    /** Each on a place of its own, in the order in which they lie: so SQLite appends instead of splitting pages. */
    private static List<OutcomeRow> apart(List<OutcomeRow> rows) {
        List<OutcomeRow> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingLong(OutcomeRow::seq));
        long free = Long.MIN_VALUE;
        for (int i = 0; i < sorted.size(); i++) {
            OutcomeRow row = sorted.get(i);
            if (row.seq() < free) {
                row = row.at(free);
                sorted.set(i, row);
            }
            free = row.seq() + 1;
        }
        return sorted;
    }

    /** Where what outcomes of that kind have in common is; 0 if it is not in the log. */
    long common(Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }

    /** Whether outcomes of kinds not met before may be written in brief. */
    boolean takesKinds() {
        return kinds.size() < MOST_KINDS;
    }

    /** After a rollback, and from time to time: what is no longer used may then be deleted. */
    void forgetKinds() {
        kinds.clear();
    }

    private int[] insert(List<OutcomeRow> rows, Instant now) throws SQLException {
        for (OutcomeRow row : rows) {
            outcome.setLong(1, row.seq());
            if (row.kind().isPresent() && row.tellsItsTime()) {
                brief(
                        row,
                        row.common() != 0
                                ? row.common()
                                : number(row, row.kind().get(), now));
            } else {
                outcome.setString(2, row.common() != 0 ? OutcomeJson.document(row.outcome(), false) : row.document());
                for (int i = 3; i <= Schema.ROW.size(); i++) {
                    outcome.setNull(i, Types.NULL);
                }
            }
            outcome.addBatch();
        }
        return outcome.executeBatch();
    }

    /** The number of what the row has in common with others; its document becomes that, if it is the first of its kind. */
    private long number(OutcomeRow row, Kind kind, Instant now) throws SQLException {
        Long known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        common.setLong(1, OutcomeRow.micros(now));
        common.setString(2, row.document());
        try (ResultSet made = common.executeQuery()) {
            made.next();
            long number = made.getLong(1);
            kinds.put(kind, number);
            return number;
        }
    }

    /** In the order of {@link Schema#ROW}. */
    private void brief(OutcomeRow row, long number) throws SQLException {
        Outcome told = row.outcome();
        outcome.setString(2, "");
        outcome.setLong(3, number);
        outcome.setLong(4, DecisionId.random(told.id()));
        text(5, told.caller().session());
        text(6, told.result().answerId());
        outcome.setLong(7, told.asked().estimatedInputTokens());
        outcome.setLong(8, told.usage().inputTokens());
        outcome.setLong(9, told.usage().outputTokens());
        if (told.costNanoUsd().isPresent()) {
            outcome.setLong(10, told.costNanoUsd().getAsLong());
        } else {
            outcome.setNull(10, Types.NULL);
        }
        outcome.setLong(11, told.calls().getFirst().micros());
        outcome.setLong(12, told.timings().routing());
        outcome.setLong(13, told.timings().firstByte());
        outcome.setLong(14, told.timings().total());
    }

    private void text(int column, String text) throws SQLException {
        outcome.setString(column, text.isEmpty() ? null : text);
    }

    /** Those whose place an earlier outcome of their microsecond has, each behind the last of that microsecond. */
    private List<OutcomeRow> withoutPlace(List<OutcomeRow> rows, int[] written) throws SQLException {
        List<OutcomeRow> left = new ArrayList<>();
        for (int i = 0; i < written.length; i++) {
            OutcomeRow row = rows.get(i);
            if (written[i] == 0) {
                left.add(row.at(behindLast(row.seq())));
            } else if (!row.outcome().caller().experiment().isEmpty()) {
                expose(row);
            }
        }
        return left;
    }

    private long behindLast(long taken) throws SQLException {
        last.setLong(1, taken + (1L << Schema.TIE_BITS));
        try (ResultSet row = last.executeQuery()) {
            return row.next() ? row.getLong(1) + 1 : taken + 1;
        }
    }

    private void expose(OutcomeRow row) throws SQLException {
        exposure.setLong(1, row.seq());
        exposure.setString(2, row.outcome().caller().experiment());
        exposure.setString(3, row.outcome().caller().variant());
        exposure.executeUpdate();
    }

    private void spend(List<OutcomeRow> rows) throws SQLException {
        Map<Hour, Long> spent = new HashMap<>();
        for (OutcomeRow row : rows) {
            long cost = row.outcome().costNanoUsd().orElse(0);
            if (cost > 0) {
                long hour = OutcomeRow.micros(row.outcome().at()) / Schema.HOUR;
                spent.merge(new Hour(row.outcome().caller().key(), hour), cost, Long::sum);
            }
        }
        for (Map.Entry<Hour, Long> sum : spent.entrySet()) {
            spending.setString(1, sum.getKey().key());
            spending.setLong(2, sum.getKey().hour());
            spending.setLong(3, sum.getValue());
            spending.executeUpdate();
        }
    }

    private record Hour(String key, long hour) {}

    /** False if the decision is unknown. */
    boolean add(OutcomeLog.Feedback said) throws SQLException {
        feedback.setString(1, said.metric());
        feedback.setDouble(2, said.value());
        feedback.setString(3, said.tags());
        feedback.setLong(4, OutcomeRow.micros(said.at()));
        OutcomeReader.bind(feedback, 5, said.decisionId());
        return feedback.executeUpdate() > 0;
    }

    /** Outcomes that could not be kept. */
    void addGap(Instant now, long count) throws SQLException {
        gap.setLong(1, OutcomeRow.micros(now));
        gap.setLong(2, count);
        gap.executeUpdate();
    }
}
