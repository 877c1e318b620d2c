package dev.inferencestore.storage.record;

import static dev.inferencestore.storage.record.Rows.NOON;
import static dev.inferencestore.storage.record.Rows.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.storage.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordWriterTest {
    private DataSource database;
    private Connection connection;
    private final Rows rows = new Rows();
    private final RecordWriter writer = new RecordWriter(0);

    @BeforeAll
    void startDatabase() {
        database = Servers.database();
    }

    @BeforeEach
    void registerModels() throws SQLException {
        connection = database.getConnection();
        execute(
                "TRUNCATE inferences, inference_conflicts, segments, floors, tombstones, model_hours, model_ingest, models");
        for (String model : List.of("m", "n")) {
            execute("INSERT INTO models (model_id, project_id, task_type, control_version) VALUES ('" + model
                    + "', 'p', 't', 1)");
            execute("INSERT INTO floors (model_id) VALUES ('" + model + "')");
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void aSegmentAndItsRowsAreStoredWithEverythingTheyCarry() throws SQLException {
        FlushResult result = flush(rows.withInput("m", "i", NOON, "hello"), rows.plain("n", "j", NOON, "x"));

        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.unreferenced()).isEmpty();
        assertThat(
                        one(
                                "SELECT model_id || ' ' || inference_id || ' ' || part || ' ' || action || ' '"
                                        + " || convert_from(output, 'UTF8') || ' ' || output_content_type || ' ' || (metadata->>'camera')"
                                        + " || ' ' || input_size || ' ' || encode(input_sha256, 'hex') || ' ' || input_offset || ' '"
                                        + " || status_code || ' ' || source || ' ' || duration_micros FROM inferences WHERE model_id = 'm'"))
                .isEqualTo("m i both detect hello application/json hello 5 "
                        + "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 512 200 /s 7");
        assertThat(number(
                        "SELECT (extract(epoch FROM created_at) * 1000000)::bigint FROM inferences WHERE model_id='m'"))
                .isEqualTo(NOON);
        assertThat(one("SELECT s.state || s.kind FROM inferences i JOIN segments s ON s.segment_id = i.input_segment"))
                .isEqualTo("storedinput");
        assertThat(one("SELECT records || ' ' || inputs || ' ' || bytes FROM model_hours WHERE model_id = 'm'"))
                .isEqualTo("1 1 5");
        assertThat(one("SELECT records || ' ' || inputs || ' ' || bytes FROM model_hours WHERE model_id = 'n'"))
                .isEqualTo("1 0 0");
    }

    @Test
    void storingTheSameAgainChangesNothingAndSaysWhichObjectsNobodyNeeds() throws SQLException {
        StoredBatch first = rows.withInput("m", "i", NOON, "hello");
        StoredBatch again = rows.withInput("m", "i", NOON, "hello");
        flush(first);
        String before = everything();

        FlushResult result = flush(again);

        assertThat(result.alreadyThere()).isEqualTo(1);
        assertThat(result.unreferenced())
                .containsExactly(again.segments().get(0).objectKey());
        assertThat(everything()).isEqualTo(before);
        assertThat(ingest()).isEqualTo(Map.of("inserted", 1L, "already_there", 1L));
    }

    @Test
    void anAttemptThatWasCommittedAfterAllDoesNotGiveItsObjectAway() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "hello");
        flush(batch);

        assertThat(flush(batch).unreferenced()).isEmpty();
    }

    @Test
    void theSameKeyWithOtherContentIsKeptAside() throws SQLException {
        flush(rows.withInput("m", "i", NOON, "hello"));
        StoredBatch other = rows.withInput("m", "i", NOON, "other");

        FlushResult result = flush(other);

        assertThat(result.conflicting()).isEqualTo(1);
        assertThat(one("SELECT convert_from(output, 'UTF8') FROM inferences")).isEqualTo("hello");
        assertThat(one("SELECT convert_from(c.output, 'UTF8') || s.state FROM inference_conflicts c"
                        + " JOIN segments s ON s.segment_id = c.input_segment"))
                .isEqualTo("otherstored");
        StoredBatch otherAgain = rows.withInput("m", "i", NOON, "other");
        assertThat(flush(otherAgain).unreferenced())
                .containsExactly(otherAgain.segments().get(0).objectKey());
        assertThat(number("SELECT count(*) FROM inference_conflicts")).isEqualTo(1);
    }

    @Test
    void twoOtherContentsUnderOneKeyAreBothKeptWithTheirObjects() throws SQLException {
        flush(rows.withInput("m", "i", NOON, "first"));
        flush(rows.withInput("m", "i", NOON, "second"));

        StoredBatch secondAgain = rows.withInput("m", "i", NOON, "second");
        FlushResult result =
                flush(secondAgain, rows.withInput("m", "i", NOON, "third"), rows.withInput("m", "i", NOON, "fourth"));

        assertThat(result.conflicting()).isEqualTo(3);
        assertThat(result.unreferenced())
                .containsExactly(secondAgain.segments().get(0).objectKey());
        assertThat(one("SELECT string_agg(convert_from(c.output, 'UTF8'), ',' ORDER BY c.output)"
                        + " FROM inference_conflicts c JOIN segments s ON s.segment_id = c.input_segment"))
                .isEqualTo("fourth,second,third");
    }

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
    void oneKeyTwiceInAFlushIsOneRow() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "hello");

        FlushResult result =
                flush(Rows.joined(batch, rows.withInput("m", "i", NOON, "hello")), rows.plain("m", "i", NOON, "other"));

        assertThat(result.inserted()).isEqualTo(1);
        assertThat(result.alreadyThere() + result.conflicting()).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM inferences")).isEqualTo(1);
        assertThat(number("SELECT sum(records) FROM model_hours")).isEqualTo(1);
    }

    @Test
    void whatIsBelowTheHardFloorIsRefusedAndItsBytesAreToBeScrubbed() throws SQLException {
        execute(
                "UPDATE floors SET record_visible = to_timestamp(1772366400.5), record_hard = to_timestamp(1772366400.5),"
                        + " blob_visible = to_timestamp(1772366402), blob_hard = to_timestamp(1772366402) WHERE model_id = 'm'");
        StoredBatch mixed = Rows.joined(
                rows.withInput("m", "above", NOON + 5 * SECOND, "a"), rows.withInput("m", "below", NOON, "b"));
        StoredBatch expired = rows.withInput("m", "only-record", NOON + SECOND, "c");

        FlushResult result = flush(mixed, expired);

        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.refused()).isEqualTo(Map.of("below_floor", 1L));
        assertThat(result.withoutInput()).isEqualTo(1);
        assertThat(result.unreferenced())
                .containsExactly(expired.segments().get(0).objectKey());
        assertThat(one("SELECT string_agg(inference_id || ' ' || (input_segment IS NULL) || ' ' || input_size, ', '"
                        + " ORDER BY inference_id) FROM inferences"))
                .isEqualTo("above false 1, only-record true 1");
        assertThat(one("SELECT state FROM segments")).isEqualTo("to_scrub");
    }

    @Test
    void anEarlierGenerationAndAnErasedIdAreRefused() throws SQLException {
        execute("UPDATE floors SET generation = 2 WHERE model_id = 'n'");
        execute("INSERT INTO tombstones VALUES ('m', 'i', to_timestamp(" + NOON + " / 1e6) + interval '1 second')");

        FlushResult result = flush(
                rows.plain("n", "i", NOON, "x"),
                rows.plain("m", "i", NOON, "x"),
                rows.plain("m", "i", NOON + 2 * SECOND, "later"),
                rows.plain("m", "other", NOON, "x"),
                rows.plain("gone", "i", NOON, "x"));

        assertThat(result.refused()).isEqualTo(Map.of("registered_anew", 2L, "erased", 1L));
        assertThat(one("SELECT string_agg(inference_id, ',' ORDER BY inference_id) FROM inferences"))
                .isEqualTo("i,other");
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
    void aSegmentThatWasSweptStopsTheFlushAndNothingIsStored() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "x");
        execute("INSERT INTO segments VALUES ('" + batch.segments().get(0).segmentId()
                + "', 'm', 'input', 'swept', 'k', 0, 1, now(), now(), 1)");

        assertThatThrownBy(() -> flush(batch)).isInstanceOf(SegmentSweptException.class);

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

    @Test
    void theViewShowsWhatIsAboveTheVisibleFloors() throws SQLException {
        flush(
                rows.withInput("m", "a", NOON, "a"),
                rows.withInput("m", "b", NOON + 10 * SECOND, "b"),
                rows.withInput("m", "c", NOON + 20 * SECOND, "c"),
                rows.plain("m", "d", NOON + 30 * SECOND, "d"));
        execute("UPDATE floors SET record_visible = to_timestamp(1772366405), blob_visible = to_timestamp(1772366415)"
                + " WHERE model_id = 'm'");

        assertThat(one("SELECT string_agg(inference_id || ' ' || input_state, ', ' ORDER BY inference_id)"
                        + " FROM visible_inferences"))
                .isEqualTo("b expired, c available, d none");
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

    private FlushResult flush(StoredBatch... batches) throws SQLException {
        return writer.flush(connection, Arrays.asList(batches));
    }

    private String everything() throws SQLException {
        return one("SELECT (SELECT string_agg(i::text, '|' ORDER BY i::text) FROM inferences i)"
                + " || (SELECT string_agg(s::text, '|' ORDER BY s::text) FROM segments s)"
                + " || (SELECT string_agg(h::text, '|' ORDER BY h::text) FROM model_hours h)");
    }

    private Map<String, Long> ingest() throws SQLException {
        Map<String, Long> counts = new java.util.HashMap<>();
        try (Connection asking = database.getConnection();
                ResultSet row = asking.createStatement()
                        .executeQuery("SELECT outcome, sum(count) FROM model_ingest GROUP BY outcome")) {
            while (row.next()) {
                counts.put(row.getString(1), row.getLong(2));
            }
        }
        return counts;
    }

    private void execute(String sql) throws SQLException {
        try (Connection own = database.getConnection();
                Statement statement = own.createStatement()) {
            statement.execute(sql);
        }
    }

    private String one(String sql) throws SQLException {
        try (Connection own = database.getConnection();
                ResultSet row = own.createStatement().executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            String text = row.getString(1);
            assertThat(row.next()).as("a second row").isFalse();
            return text;
        }
    }

    private long number(String sql) throws SQLException {
        return Long.parseLong(one(sql));
    }
}
