package dev.inferencestore.storage.record;

import static dev.inferencestore.storage.record.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Flushes beside removals and beside each other: each held open while the other waits. */
class FlushRacesTest extends FlushTests {

    @Test
    void aRemovalGetsItsTurnHoweverManyFlushesThereAre() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int slot = 0; slot < 8; slot++) {
            int own = slot;
            writers.add(CompletableFuture.runAsync(() -> flushUntil(done, own), threads));
        }
        try (Connection removing = database.getConnection()) {
            removing.setAutoCommit(false);
            for (int run = 0; run < 5; run++) {
                removing.createStatement().execute("SET LOCAL lock_timeout = '5s'");
                removing.createStatement()
                        .execute("SELECT pg_advisory_xact_lock(1768846963, abs(hashtext('m') % 128))");
                removing.createStatement().execute("SELECT 1 FROM floors WHERE model_id = 'm' FOR UPDATE");
                removing.commit();
            }
        } finally {
            done.set(true);
        }
        for (CompletableFuture<Void> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    /** Holds the floor's lock nearly all the time, by flush after flush. */
    private void flushUntil(AtomicBoolean done, int slot) {
        Rows own = new Rows();
        try (Connection mine = database.getConnection()) {
            RecordWriter writing = new RecordWriter(slot);
            for (int i = 0; !done.get(); i++) {
                List<StoredBatch> batches = new ArrayList<>();
                for (int row = 0; row < 100; row++) {
                    batches.add(own.plain("m", slot + "-" + i + "-" + row, NOON, "x"));
                }
                writing.flush(mine, batches);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aFlushHeldOpenIsWaitedForByWhoeverRaisesTheFloor() throws Exception {
        try (Connection flushing = database.getConnection();
                Connection raising = database.getConnection()) {
            flushing.setAutoCommit(false);
            new FlushStatements(flushing)
                    .lockFloors(rows.plain("m", "i", NOON, "x").rows());
            CompletableFuture<Void> raised = raiseFloor(raising);
            awaitBlocked(raising);

            new FlushStatements(flushing)
                    .insert(RecordSql.INSERT, rows.plain("m", "i", NOON, "x").rows());
            assertThat(raised).isNotDone();
            flushing.commit();

            raised.get(10, TimeUnit.SECONDS);
            assertThat(number("SELECT count(*) FROM inferences WHERE created_at <"
                            + " (SELECT record_hard FROM floors WHERE model_id = 'm')"))
                    .as("the removal that raised the floor sees the row, so it can remove it")
                    .isEqualTo(1);
        }
    }

    @Test
    void aFlushThatWaitedForARaisedFloorHonoursIt() throws Exception {
        try (Connection raising = database.getConnection()) {
            raising.setAutoCommit(false);
            raising.createStatement()
                    .execute(
                            "UPDATE floors SET record_visible = 'infinity', record_hard = '2030-01-01' WHERE model_id='m'");
            raising.createStatement().execute("INSERT INTO tombstones VALUES ('n', 'i', '2030-01-01')");
            raising.createStatement().execute("SELECT 1 FROM floors WHERE model_id = 'n' FOR UPDATE");
            CompletableFuture<FlushResult> flushed = CompletableFuture.supplyAsync(() -> {
                try {
                    return flush(rows.plain("m", "i", NOON, "x"), rows.plain("n", "i", NOON, "x"));
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            awaitBlocked(connection);
            assertThat(flushed).isNotDone();
            raising.commit();

            assertThat(flushed.get(10, TimeUnit.SECONDS).refused()).isEqualTo(Map.of("below_floor", 1L, "erased", 1L));
        }
        assertThat(number("SELECT count(*) FROM inferences")).isZero();
    }

    @Test
    void twoWritersWithTheSameRowsInOtherOrdersDoNotDeadlock() throws Exception {
        List<StoredBatch> batches = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            batches.add(rows.plain(i % 2 == 0 ? "m" : "n", "i" + i, NOON + i, "x"));
        }
        for (int round = 0; round < 5; round++) {
            execute("TRUNCATE inferences, model_hours, model_ingest");
            List<CompletableFuture<FlushResult>> writers = new ArrayList<>();
            for (int slot = 0; slot < 3; slot++) {
                RecordWriter own = new RecordWriter(slot);
                List<StoredBatch> shuffled = new ArrayList<>(batches);
                java.util.Collections.shuffle(shuffled, new Random(round * 10L + slot));
                writers.add(CompletableFuture.supplyAsync(() -> {
                    try (Connection mine = database.getConnection()) {
                        return own.flush(mine, shuffled);
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                }));
            }
            long inserted = 0;
            long there = 0;
            for (CompletableFuture<FlushResult> each : writers) {
                inserted += each.get(30, TimeUnit.SECONDS).inserted();
                there += each.get().alreadyThere();
            }
            assertThat(inserted).isEqualTo(300);
            assertThat(there).isEqualTo(600);
            assertThat(number("SELECT sum(records) FROM model_hours")).isEqualTo(300);
        }
    }

    private CompletableFuture<Void> raiseFloor(Connection raising) {
        return CompletableFuture.runAsync(() -> {
            try {
                raising.createStatement()
                        .execute("UPDATE floors SET record_visible = '2030-01-01', record_hard = '2030-01-01'"
                                + " WHERE model_id = 'm'");
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /** Waits until the database says that a connection waits for a lock. */
    private void awaitBlocked(Connection waiting) throws Exception {
        int pid = waiting.unwrap(org.postgresql.PGConnection.class).getBackendPID();
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        try (Connection asking = database.getConnection();
                Statement statement = asking.createStatement()) {
            boolean blocked = false;
            while (!blocked) {
                assertThat(Instant.now()).isBefore(deadline);
                try (ResultSet row = statement.executeQuery("SELECT cardinality(pg_blocking_pids(" + pid + ")) > 0")) {
                    row.next();
                    blocked = row.getBoolean(1);
                }
            }
        }
    }
}
