package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.SegmentSweptException;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.TarWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What the sweep takes and leaves, in a real bucket, and who wins when a writer comes at the same time. */
class OrphanSweepTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration ANY_AGE = Duration.ZERO;
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private RetentionStore store;

    @BeforeEach
    void start() {
        store = new RetentionStore();
        store.register("m");
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void anOrphanGoesAndWhatRowsNameStaysWhateverItsState() throws SQLException {
        for (String state : List.of("deleting", "to_scrub", "stored")) {
            store.store("m", NOON);
            store.execute("UPDATE segments SET state = '" + state + "' WHERE state = 'stored'");
            store.execute("DELETE FROM inferences");
        }
        List<String> named = store.keys("m");
        upload("m");

        SweepSummary done = sweep(ANY_AGE);

        assertThat(store.keys("m")).hasSize(3).isEqualTo(named);
        assertThat(done).isEqualTo(new SweepSummary(4, 3, 0, 1, 0, 0, done.bytes(), 0));
        assertThat(done.bytes()).isGreaterThan(1024);
        assertThat(claims()).isEqualTo(1);
    }

    @Test
    void whatIsNotOldEnoughStaysWithoutAClaim() {
        upload("m");

        SweepSummary done = sweep(AN_HOUR);

        assertThat(done).isEqualTo(new SweepSummary(1, 0, 1, 0, 0, 0, 0, 0));
        assertThat(store.keys("m")).hasSize(1);
        assertThat(claims()).isZero();
    }

    @Test
    void aSegmentThatWasMovedToAnotherObjectIsNamedByThatObjectsKey() throws SQLException {
        store.store("m", NOON);
        store.store("m", NOON.plusSeconds(1));
        List<String> keys = store.keys("m");
        store.execute("UPDATE segments SET object_key = '" + keys.get(0) + "', base_offset = 1024 WHERE object_key = '"
                + keys.get(1) + "'");

        assertThat(sweep(ANY_AGE).named())
                .as("its old object is left to whoever moved it")
                .isEqualTo(2);
    }

    @Test
    void aWriterThatComesAfterTheClaimFailsAndStoresNothing() throws SQLException {
        StoredBatch late = upload("m");
        sweep(ANY_AGE);

        try (Connection connection = store.database.getConnection()) {
            assertThatThrownBy(() -> new RecordWriter(0).flush(connection, List.of(late)))
                    .isInstanceOf(SegmentSweptException.class)
                    .hasMessageContaining(late.segments().get(0).segmentId());
        }
        assertThat(store.stored("m")).isZero();
        assertThat(store.keys("m")).isEmpty();
    }

    @Test
    void aWriterWhoseRowIsThereButNotYetCommittedWins() throws Exception {
        StoredBatch batch = upload("m");
        try (Connection writing = store.database.getConnection();
                Handle handle = store.jdbi.open()) {
            writing.setAutoCommit(false);
            insertSegment(writing, batch);
            CompletableFuture<SweepSummary> swept =
                    CompletableFuture.supplyAsync(() -> sweep(handle, ANY_AGE, () -> false));
            awaitBlocked(handle, swept);
            assertThat(swept).isNotDone();
            writing.commit();

            assertThat(swept.get(10, TimeUnit.SECONDS)).isEqualTo(new SweepSummary(1, 1, 0, 0, 0, 0, 0, 0));
        }
        assertThat(store.keys("m")).hasSize(1);
    }

    @Test
    void aWriterThatGivesUpLeavesItsObjectToTheSweepThatWaitsForIt() throws Exception {
        StoredBatch batch = upload("m");
        try (Connection writing = store.database.getConnection();
                Handle handle = store.jdbi.open()) {
            writing.setAutoCommit(false);
            insertSegment(writing, batch);
            CompletableFuture<SweepSummary> swept =
                    CompletableFuture.supplyAsync(() -> sweep(handle, ANY_AGE, () -> false));
            awaitBlocked(handle, swept);
            writing.rollback();

            assertThat(swept.get(10, TimeUnit.SECONDS).swept()).isEqualTo(1);
        }
        assertThat(store.keys("m")).isEmpty();
    }

    @Test
    void aClaimThatWasNotCarriedOutIsByTheNextSweep() {
        StoredBatch orphan = upload("m");
        sweep(ANY_AGE);
        // As if it had died before the deletion.
        put(orphan.segments().get(0).objectKey());

        assertThat(sweep(ANY_AGE).swept()).isEqualTo(1);
        assertThat(store.keys("m")).isEmpty();
        assertThat(claims()).isEqualTo(1);
    }

    @Test
    void aClaimIsForgottenAfterAWeekUnlessItsObjectIsThere() {
        StoredBatch gone = upload("m");
        StoredBatch there = upload("m");
        sweep(ANY_AGE);
        assertThat(sweep(ANY_AGE).forgotten()).as("it is young").isZero();
        store.execute("UPDATE segments SET stored_at = now() - interval '8 days' WHERE state = 'swept'");
        put(there.segments().get(0).objectKey());

        SweepSummary done = sweep(AN_HOUR);

        assertThat(done).isEqualTo(new SweepSummary(1, 0, 1, 0, 0, 0, 0, 1));
        assertThat(store.number("SELECT count(*) FROM segments WHERE segment_id = '"
                        + gone.segments().get(0).segmentId() + "'"))
                .isZero();
        assertThat(claims()).isEqualTo(1);
    }

    @Test
    void leftoversOfUploadsGoWhenOldAndForeignObjectsStay() throws SQLException {
        store.store("m", NOON);
        String key = store.keys("m").get(0);
        put(key + "-" + UUID.randomUUID());
        put("inputs/m/notes.txt");
        put("inputs/unregistered/notes.txt");

        assertThat(sweep(AN_HOUR)).isEqualTo(new SweepSummary(3, 1, 1, 0, 0, 1, 0, 0));
        SweepSummary done = sweep(ANY_AGE);

        assertThat(done).isEqualTo(new SweepSummary(3, 1, 0, 0, 1, 1, 1024, 0));
        assertThat(store.keys("m")).containsExactly(key, "inputs/m/notes.txt");
        assertThat(store.keys("unregistered")).hasSize(1);
        assertThat(claims()).isZero();
    }

    @Test
    void everyPageOfEveryModelIsSweptAndItCanBeStoppedBetweenPages() throws SQLException {
        store.register("m2");
        store.store("m", NOON);
        store.store("m2", NOON);
        putOrphans("m", 1_050);
        putOrphans("m2", 10);
        int[] pages = {0};

        try (Handle handle = store.jdbi.open()) {
            SweepSummary some = sweep(handle, AN_HOUR, () -> pages[0]++ >= 2);
            assertThat(some.listed()).isIn(1_000L + 51, 1_000L + 11);
        }
        SweepSummary all = sweep(ANY_AGE);

        assertThat(all).isEqualTo(new SweepSummary(1_062, 2, 0, 1_060, 0, 0, 1_060 * 1_024, 0));
        assertThat(store.keys("m")).hasSize(1);
        assertThat(store.keys("m2")).hasSize(1);
    }

    @Test
    void twoSweepsAtOnceDeleteAllAndClaimEachOnce() throws Exception {
        store.store("m", NOON);
        putOrphans("m", 300);
        CyclicBarrier start = new CyclicBarrier(2);
        List<CompletableFuture<SweepSummary>> sweeps = IntStream.range(0, 2)
                .mapToObj(any -> CompletableFuture.supplyAsync(() -> {
                    await(start);
                    return sweep(ANY_AGE);
                }))
                .toList();
        SweepSummary both = SweepSummary.NOTHING;
        for (CompletableFuture<SweepSummary> sweep : sweeps) {
            both = both.plus(sweep.get(30, TimeUnit.SECONDS));
        }

        assertThat(both.swept()).isBetween(300L, 600L);
        assertThat(claims()).isEqualTo(300);
        assertThat(store.keys("m")).hasSize(1);
        assertThat(store.readable("m")).hasSize(1);
    }

    private SweepSummary sweep(Duration age) {
        try (Handle handle = store.jdbi.open()) {
            return sweep(handle, age, () -> false);
        }
    }

    private SweepSummary sweep(Handle handle, Duration age, BooleanSupplier stop) {
        return new OrphanSweep(handle, store.objects, "inputs", age).sweep(stop);
    }

    private StoredBatch upload(String model) {
        return store.segment(model, ObjectKeys.hour(RetentionStore.micros(NOON)), List.of(NOON));
    }

    private void putOrphans(String model, int number) {
        IntStream.range(0, number)
                .parallel()
                .forEach(i -> put(ObjectKeys.key("inputs", model, i % 24, UUID.randomUUID())));
    }

    private void put(String key) {
        store.objects.put(key, new TarWriter());
    }

    private long claims() {
        return store.number("SELECT count(*) FROM segments WHERE state = 'swept'");
    }

    private static void insertSegment(Connection connection, StoredBatch batch) throws SQLException {
        connection
                .createStatement()
                .execute("INSERT INTO segments (segment_id, model_id, kind, state, object_key, length,"
                        + " min_created_at, max_created_at, entries) VALUES ('"
                        + batch.segments().get(0).segmentId() + "', 'm', 'input', 'stored', '"
                        + batch.segments().get(0).objectKey() + "', 1024, now(), now(), 1)");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Waits until the database says that a connection waits for a lock, or its work is done. */
    private void awaitBlocked(Handle waiting, CompletableFuture<?> work) throws SQLException {
        int pid = waiting.getConnection().unwrap(PGConnection.class).getBackendPID();
        boolean blocked = false;
        while (!blocked && !work.isDone()) {
            blocked = store.number("SELECT cardinality(pg_blocking_pids(" + pid + "))") > 0;
        }
    }
}
