package dev.parley.gateway.record;

import dev.parley.config.ModelSpec;
import dev.parley.config.RecordSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Outcomes in an embedded SQLite file, written ahead (WAL). One thread writes in batches, one reads. Thread-safe.
 *
 * <p>Durability: a committed batch survives the death of the process, {@code kill -9} included; what such a death can lose is what
 * was queued since the last batch, about 50 ms of outcomes. A power cut can lose the batches since SQLite's last checkpoint
 * ({@code synchronous = NORMAL}), but never corrupts the file. {@link #close()} writes everything.
 *
 * <p>Reads see everything recorded before them: they let the writer catch up first.
 */
public final class SqliteOutcomeLog implements OutcomeLog {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteOutcomeLog.class);
    private static final long CATCH_UP_SECONDS = 2;

    private final InstantSource time;
    private final Path file;
    private final OutcomeWriter writer;
    private final Connection writing;
    private final OutcomeReader reader;
    private final ExecutorService reading;

    private SqliteOutcomeLog(Connection writing, Connection reading, RecordSpec spec, InstantSource time)
            throws SQLException {
        this.time = time;
        this.file = Path.of(spec.path()).toAbsolutePath();
        this.writing = writing;
        this.writer = new OutcomeWriter(writing, spec.prompts(), spec.retention(), time);
        this.reader = new OutcomeReader(reading);
        this.reading = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("outcome-reader").daemon(true).factory());
    }

    /**
     * Opens or creates the file with its folders; throws {@link UncheckedIOException} naming {@code record.path} if that cannot be.
     */
    public static SqliteOutcomeLog open(RecordSpec spec, InstantSource time) {
        try {
            Path file = Path.of(spec.path()).toAbsolutePath();
            createPrivately(file);
            Connection writing = connect(file, false);
            Schema.migrate(writing);
            SqliteOutcomeLog log = new SqliteOutcomeLog(writing, connect(file, true), spec, time);
            log.writer.start();
            return log;
        } catch (IOException | SQLException e) {
            throw new UncheckedIOException(new IOException(
                    "record.path: cannot open the outcome log " + spec.path() + ": " + e.getMessage()
                            + "; name a file in a folder that can be written",
                    e));
        }
    }

    /** Outcomes may hold prompts: the file is its owner's alone, where the file system knows owners. */
    private static void createPrivately(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!Files.exists(file)) {
            Files.createFile(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    private static Connection connect(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        config.setReadOnly(readOnly);
        Connection db = config.createConnection("jdbc:sqlite:" + file);
        if (!readOnly) {
            try (Statement statement = db.createStatement()) {
                // In this order: the first two can only be set while the file is still empty, and WAL writes its first
                // page. Large pages, because rows are long and written once, in order.
                statement.execute("PRAGMA page_size = 16384");
                statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = NORMAL");
            }
        }
        return db;
    }

    @Override
    public void record(Outcome outcome) {
        writer.keep(outcome);
    }

    @Override
    public Future<Optional<String>> feedback(Feedback feedback) {
        return onCaller(add(feedback, DecisionId.ending(feedback.decisionId()))
                .thenCompose(found -> found.isPresent() || DecisionId.isOne(feedback.decisionId())
                        ? CompletableFuture.completedFuture(found)
                        : submit(() -> reader.byAnswer(feedback.decisionId()))
                                .thenCompose(decision -> decision.isPresent()
                                        ? add(feedback, decision.get())
                                        : CompletableFuture.completedFuture(decision))));
    }

    private CompletableFuture<Optional<String>> add(Feedback said, String decision) {
        CompletableFuture<Boolean> known = new CompletableFuture<>();
        Feedback ours = new Feedback(decision, said.metric(), said.value(), said.tags(), said.at());
        if (!writer.urgent(new Entry.Said(ours, known))) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "the outcome log is overloaded or closed: send the feedback again later"));
        }
        return known.thenApply(yes -> yes ? Optional.of(decision) : Optional.empty());
    }

    @Override
    public Future<Optional<Recorded>> find(String id) {
        return read(() -> reader.find(id));
    }

    @Override
    public Future<List<Recorded>> list(Filter filter) {
        return read(() -> reader.list(filter));
    }

    /** Aggregates of the outcomes since then as a JSON object; prices of the catalogue give the baseline. */
    public Future<String> statistics(Instant since, List<ModelSpec> catalogue) {
        return read(() -> {
            Statistics statistics = new Statistics(since, time.instant(), catalogue);
            reader.fold(statistics, since);
            return statistics.json();
        });
    }

    /** Sums per variant and metric of one experiment, by metric then variant. */
    public Future<List<ArmSums>> arms(String experiment) {
        return read(() -> reader.arms(experiment));
    }

    /** What a key has spent since then, in nano-USD. Blocks: for start-up and reload only, never on an event loop. */
    public long spentNanoUsd(String key, Instant since) {
        try {
            return submit(() -> reader.spent(key, since)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the spending of key " + key, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot read the spending of key " + key + " from the outcome log", e);
        }
    }

    /** Outcomes that could not be recorded since start. */
    public long lost() {
        return writer.lost();
    }

    /**
     * Why outcomes are not being kept now; empty if they are. A file that somebody deleted counts: SQLite goes on writing into it, and
     * all is gone with the process. Looks at the file system: not for an event loop.
     */
    public Optional<String> trouble() {
        return writer.trouble()
                .or(() -> Files.isWritable(file) ? Optional.empty() : Optional.of("the file is gone or read-only"));
    }

    /** Outcomes waiting to be written. */
    public int queued() {
        return writer.queued();
    }

    @Override
    public void close() {
        writer.close();
        reading.shutdown();
        try {
            if (!reading.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("A read of the outcome log still runs at shutdown");
            }
            reader.close();
            writing.close();
        } catch (SQLException e) {
            LOG.warn("Cannot close the outcome log: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> Future<T> read(Read<T> read) {
        return onCaller(submit(read));
    }

    private <T> CompletableFuture<T> submit(Read<T> read) {
        CompletableFuture<T> result = new CompletableFuture<>();
        reading.execute(() -> {
            try {
                catchUp();
                result.complete(read.run());
            } catch (SQLException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Waits until the writer has committed what was recorded before; reads without it if the writer is stuck. */
    private void catchUp() {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        if (!writer.urgent(new Entry.Barrier(reached))) {
            return;
        }
        try {
            reached.get(CATCH_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Reading the outcome log while its writer is behind by {} entries", writer.queued());
        }
    }

    /** The result on the caller's event loop, if it has one. */
    private static <T> Future<T> onCaller(CompletableFuture<T> result) {
        Context context = Vertx.currentContext();
        return context == null ? Future.fromCompletionStage(result) : Future.fromCompletionStage(result, context);
    }

    private interface Read<T> {
        T run() throws SQLException;
    }
}
