package dev.parley.gateway.record;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Tables of the outcome log, by version. {@code PRAGMA user_version} says which version a file has; each step is one transaction,
 * so a file is never between two versions.
 */
final class Schema {
    /** An hour in microseconds: the grain of {@code spending}. */
    static final long HOUR = 3_600_000_000L;

    /** A row's number is its microsecond and, below these bits, what tells outcomes of one microsecond apart. */
    static final int TIE_BITS = 10;

    /**
     * Version 2. Each index and column costs every outcome: what only the document's readers want is in the document alone, the rows lie in the
     * order of their time, and a key's spending, asked for at start, is summed as it comes.
     */
    private static final List<String> LEANER = List.of(
            """
            CREATE TABLE lean(
              at_us INTEGER NOT NULL, id TEXT NOT NULL,
              key_id TEXT NOT NULL, session TEXT NOT NULL, experiment TEXT NOT NULL, variant TEXT NOT NULL,
              model TEXT NOT NULL, policy TEXT NOT NULL, status INTEGER NOT NULL, cache TEXT NOT NULL,
              input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
              output_tokens INTEGER NOT NULL, cost_nano_usd INTEGER, predicted_quality REAL,
              first_byte_us INTEGER NOT NULL, total_us INTEGER NOT NULL, doc TEXT NOT NULL,
              PRIMARY KEY(at_us, id)) WITHOUT ROWID
            """,
            """
            INSERT INTO lean SELECT at_us, id, key_id, session, experiment, variant, model, policy, status, cache,
              input_tokens, cached_tokens, cache_write_tokens, output_tokens, cost_nano_usd, predicted_quality,
              first_byte_us, total_us, doc FROM outcome
            """,
            "DROP TABLE outcome",
            "ALTER TABLE lean RENAME TO outcome",
            "CREATE INDEX outcome_experiment ON outcome(experiment, variant) WHERE experiment <> ''",
            """
            CREATE TABLE spending(
              key_id TEXT NOT NULL, hour INTEGER NOT NULL, cost_nano_usd INTEGER NOT NULL,
              PRIMARY KEY(key_id, hour)) WITHOUT ROWID
            """,
            "INSERT INTO spending SELECT key_id, at_us / " + HOUR + ", SUM(cost_nano_usd) FROM outcome"
                    + " WHERE cost_nano_usd > 0 GROUP BY 1, 2");

    /**
     * Version 3. The document is the outcome; a view reads its columns when somebody asks, since to write them cost each outcome as
     * much again. Rows lie by time, so that writing appends; feedback and experiments point to them by number.
     */
    private static final List<String> DOCUMENTS = List.of(
            "CREATE TABLE document(seq INTEGER PRIMARY KEY, doc TEXT NOT NULL)",
            """
            CREATE TEMP TABLE moved AS
              SELECT id, (at_us << %d) + ROW_NUMBER() OVER (PARTITION BY at_us ORDER BY id) - 1 AS seq FROM outcome
            """.formatted(TIE_BITS),
            "CREATE INDEX temp.moved_id ON moved(id)",
            """
            INSERT INTO document(seq, doc) SELECT m.seq, CASE WHEN o.predicted_quality IS NULL THEN o.doc
              ELSE json_insert(o.doc, '$.decision.predicted_quality', o.predicted_quality) END
              FROM outcome o JOIN moved m ON m.id = o.id ORDER BY m.seq
            """,
            "CREATE TABLE exposure(seq INTEGER PRIMARY KEY, experiment TEXT NOT NULL, variant TEXT NOT NULL)",
            "INSERT INTO exposure SELECT m.seq, o.experiment, o.variant FROM outcome o JOIN moved m ON m.id = o.id"
                    + " WHERE o.experiment <> ''",
            "CREATE INDEX exposure_experiment ON exposure(experiment, variant)",
            """
            CREATE TABLE said(
              seq INTEGER NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL, tags TEXT NOT NULL, at_us INTEGER NOT NULL)
            """,
            "INSERT INTO said SELECT m.seq, f.metric, f.value, f.tags, f.at_us FROM feedback f"
                    + " JOIN moved m ON m.id = f.outcome_id ORDER BY f.rowid",
            "DROP TABLE moved",
            "DROP TABLE feedback",
            "ALTER TABLE said RENAME TO feedback",
            "CREATE INDEX feedback_outcome ON feedback(seq)",
            "CREATE INDEX feedback_at ON feedback(at_us)",
            "DROP TABLE outcome",
            """
            CREATE VIEW outcome AS SELECT seq, seq >> %d AS at_us, json_extract(doc, '$.id') AS id,
              json_extract(doc, '$.caller.key') AS key_id, json_extract(doc, '$.caller.session') AS session,
              json_extract(doc, '$.decision.selected') AS model, json_extract(doc, '$.decision.policy') AS policy,
              json_extract(doc, '$.result.status') AS status, json_extract(doc, '$.result.cache') AS cache,
              json_extract(doc, '$.usage.input_tokens') AS input_tokens,
              COALESCE(json_extract(doc, '$.usage.cached_input_tokens'), 0) AS cached_tokens,
              COALESCE(json_extract(doc, '$.usage.cache_write_tokens'), 0) AS cache_write_tokens,
              json_extract(doc, '$.usage.output_tokens') AS output_tokens,
              json_extract(doc, '$.cost_nano_usd') AS cost_nano_usd,
              json_extract(doc, '$.decision.predicted_quality') AS predicted_quality,
              json_extract(doc, '$.timings.first_byte_us') AS first_byte_us,
              json_extract(doc, '$.timings.total_us') AS total_us, doc
            FROM document
            """.formatted(TIE_BITS));

    /** Columns of a row of {@code document}, in their order; all behind the second belong to outcomes kept in brief. */
    static final List<String> ROW = List.of(
            "seq",
            "doc",
            "common",
            "random",
            "session",
            "answer_id",
            "estimated_tokens",
            "input_tokens",
            "output_tokens",
            "cost_nano_usd",
            "call_us",
            "routing_us",
            "first_byte_us",
            "total_us");

    /**
     * Version 4. Outcomes of plain relays differ in their numbers and ids alone ({@link Kind}): those are a row, a tenth of a document,
     * and the rest is kept once, as the document of the first of its kind. The view reads both forms alike.
     */
    private static final List<String> BRIEF = List.of(
            "CREATE TABLE common(id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, doc TEXT NOT NULL)",
            "ALTER TABLE document ADD COLUMN common INTEGER",
            "ALTER TABLE document ADD COLUMN random INTEGER",
            "ALTER TABLE document ADD COLUMN session TEXT",
            "ALTER TABLE document ADD COLUMN answer_id TEXT",
            "ALTER TABLE document ADD COLUMN estimated_tokens INTEGER",
            "ALTER TABLE document ADD COLUMN input_tokens INTEGER",
            "ALTER TABLE document ADD COLUMN output_tokens INTEGER",
            "ALTER TABLE document ADD COLUMN cost_nano_usd INTEGER",
            "ALTER TABLE document ADD COLUMN call_us INTEGER",
            "ALTER TABLE document ADD COLUMN routing_us INTEGER",
            "ALTER TABLE document ADD COLUMN first_byte_us INTEGER",
            "ALTER TABLE document ADD COLUMN total_us INTEGER",
            "DROP VIEW outcome",
            full("""
                    CREATE VIEW outcome AS SELECT d.seq AS seq, {at_us} AS at_us,
                      CASE WHEN d.common IS NULL THEN json_extract(d.doc, '$.id') ELSE {id} END AS id,
                      json_extract({shared}, '$.caller.key') AS key_id,
                      CASE WHEN d.common IS NULL THEN json_extract(d.doc, '$.caller.session')
                        ELSE COALESCE(d.session, '') END AS session,
                      json_extract({shared}, '$.decision.selected') AS model,
                      json_extract({shared}, '$.decision.policy') AS policy,
                      json_extract({shared}, '$.result.status') AS status,
                      json_extract({shared}, '$.result.finish') AS finish,
                      json_extract({shared}, '$.result.cache') AS cache,
                      COALESCE(d.input_tokens, json_extract(d.doc, '$.usage.input_tokens')) AS input_tokens,
                      CASE WHEN d.common IS NULL
                        THEN COALESCE(json_extract(d.doc, '$.usage.cached_input_tokens'), 0) ELSE 0 END AS cached_tokens,
                      CASE WHEN d.common IS NULL
                        THEN COALESCE(json_extract(d.doc, '$.usage.cache_write_tokens'), 0) ELSE 0 END AS cache_write_tokens,
                      COALESCE(d.output_tokens, json_extract(d.doc, '$.usage.output_tokens')) AS output_tokens,
                      CASE WHEN d.common IS NULL THEN json_extract(d.doc, '$.cost_nano_usd')
                        ELSE d.cost_nano_usd END AS cost_nano_usd,
                      json_extract({shared}, '$.decision.predicted_quality') AS predicted_quality,
                      COALESCE(d.first_byte_us, json_extract(d.doc, '$.timings.first_byte_us')) AS first_byte_us,
                      COALESCE(d.total_us, json_extract(d.doc, '$.timings.total_us')) AS total_us,
                      CASE WHEN d.common IS NULL THEN d.doc ELSE {whole} END AS doc
                    FROM document d
                    """));

    /** With its shorthands written out. */
    private static String full(String view) {
        String whole = """
                json_remove(
                  json_set({common}, '$.id', {id},
                    '$.at', strftime('%Y-%m-%dT%H:%M:%S', {at_us} / 1000000, 'unixepoch') || printf('.%06dZ', {at_us} % 1000000),
                    '$.caller.session', COALESCE(d.session, ''),
                    '$.asked.estimated_input_tokens', d.estimated_tokens,
                    '$.calls[0].usage.input_tokens', d.input_tokens, '$.calls[0].usage.output_tokens', d.output_tokens,
                    '$.calls[0].cost_nano_usd', d.cost_nano_usd, '$.calls[0].us', d.call_us,
                    '$.usage.input_tokens', d.input_tokens, '$.usage.output_tokens', d.output_tokens,
                    '$.cost_nano_usd', d.cost_nano_usd, '$.timings.routing_us', d.routing_us,
                    '$.timings.first_byte_us', d.first_byte_us, '$.timings.total_us', d.total_us,
                    '$.result.answer_id', COALESCE(d.answer_id, '')),
                  CASE WHEN d.answer_id IS NULL THEN '$.result.answer_id' ELSE '$.nothing' END)
                """;
        return view.replace("{whole}", whole)
                .replace("{shared}", "CASE WHEN d.common IS NULL THEN d.doc ELSE {common} END")
                .replace("{id}", "printf('dec_%012x%016x', {at_us} / 1000, d.random)")
                .replace("{common}", "(SELECT c.doc FROM common c WHERE c.id = d.common)")
                .replace("{at_us}", "(d.seq >> " + TIE_BITS + ")");
    }

    /** Step i leads from version i to version i + 1. Steps that have been released are never edited. */
    private static final List<List<String>> STEPS = List.of(
            List.of(
                    """
            CREATE TABLE outcome(
              id TEXT PRIMARY KEY NOT NULL, at_us INTEGER NOT NULL,
              key_id TEXT NOT NULL, session TEXT NOT NULL, experiment TEXT NOT NULL, variant TEXT NOT NULL,
              protocol TEXT NOT NULL, asked_model TEXT NOT NULL, stream INTEGER NOT NULL, encoder TEXT NOT NULL,
              model TEXT NOT NULL, served_model TEXT NOT NULL, backend TEXT NOT NULL, policy TEXT NOT NULL,
              router TEXT NOT NULL, propensity REAL NOT NULL, status INTEGER NOT NULL, finish TEXT NOT NULL,
              cache TEXT NOT NULL, attempts INTEGER NOT NULL,
              input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
              output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, usage_estimated INTEGER NOT NULL,
              cost_nano_usd INTEGER, predicted_quality REAL, predicted_cost_nano_usd INTEGER,
              routing_us INTEGER NOT NULL, first_byte_us INTEGER NOT NULL, total_us INTEGER NOT NULL,
              doc TEXT NOT NULL)
            """,
                    "CREATE INDEX outcome_at ON outcome(at_us)",
                    "CREATE INDEX outcome_model_at ON outcome(model, at_us)",
                    "CREATE INDEX outcome_key_at ON outcome(key_id, at_us)",
                    "CREATE INDEX outcome_experiment ON outcome(experiment, variant) WHERE experiment <> ''",
                    """
            CREATE TABLE feedback(
              outcome_id TEXT NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL, tags TEXT NOT NULL,
              at_us INTEGER NOT NULL)
            """,
                    "CREATE INDEX feedback_outcome ON feedback(outcome_id)",
                    "CREATE INDEX feedback_at ON feedback(at_us)",
                    // Outcomes that could not be kept: nothing is lost silently.
                    "CREATE TABLE gap(at_us INTEGER NOT NULL, lost INTEGER NOT NULL)"),
            LEANER,
            DOCUMENTS,
            BRIEF);

    private Schema() {}

    static int current() {
        return STEPS.size();
    }

    /** Brings the file to the current version; refuses a file written by a newer Parley. */
    static void migrate(Connection db) throws SQLException {
        migrate(db, STEPS.size());
    }

    /** As {@link #migrate(Connection)}, but only up to a version. */
    static void migrate(Connection db, int wanted) throws SQLException {
        int version = version(db);
        if (version > STEPS.size()) {
            throw new SQLException("the outcome log has schema version " + version + ", this Parley knows up to "
                    + STEPS.size() + ": start a newer Parley, or set record.path to another file");
        }
        db.setAutoCommit(false);
        for (; version < wanted; version++) {
            try (Statement statement = db.createStatement()) {
                for (String sql : STEPS.get(version)) {
                    statement.execute(sql);
                }
                statement.execute("PRAGMA user_version = " + (version + 1));
            }
            db.commit();
        }
    }

    static int version(Connection db) throws SQLException {
        try (Statement statement = db.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
