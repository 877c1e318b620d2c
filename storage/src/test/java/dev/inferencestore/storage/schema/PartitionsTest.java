package dev.inferencestore.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class PartitionsTest {
    private static final String INSERT =
            "INSERT INTO inferences (model_id, inference_id, created_at, part, fingerprint)"
                    + " VALUES ('m', 'i', timestamptz 'epoch' + %d * interval '1 microsecond', 'both', '')";

    private final DataSource database = Servers.database();

    @Test
    void aWeekHasItsPartitionFromItsFirstRowOn() throws SQLException {
        long now = micros(Instant.now());
        try (Connection connection = database.getConnection()) {
            Partitions partitions = new Partitions();
            partitions.ensure(connection, now);
            partitions.ensure(connection, now);
            connection.createStatement().execute(INSERT.formatted(now));
            connection.commit();

            assertThat(partitionOfTheRow(connection)).matches("inferences_\\d{8}");
            // The key, by time, and responses.
            assertThat(indexes(connection, partitionOfTheRow(connection))).isEqualTo(3);
        }
    }

    @Test
    void rowsThatCameTooEarlyAreMovedToTheirWeek() throws SQLException {
        long lastWeek = micros(Instant.now().minus(Duration.ofDays(7)));
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute(INSERT.formatted(lastWeek));
            assertThat(partitionOfTheRow(connection)).isEqualTo("inferences_default");

            new Partitions().ensure(connection, lastWeek);

            assertThat(partitionOfTheRow(connection)).matches("inferences_\\d{8}");
        }
    }

    @Test
    void timesFarAwayStayInTheDefaultPartition() throws SQLException {
        try (Connection connection = database.getConnection()) {
            new Partitions().ensure(connection, 0);
            connection.createStatement().execute(INSERT.formatted(0));
            connection.commit();

            assertThat(partitionOfTheRow(connection)).isEqualTo("inferences_default");
            assertThat(partitions(connection))
                    .as("default, this week, the next two")
                    .hasSize(4);
        }
    }

    @Test
    void aWeekThatAReaderHoldsUpIsTriedAgainAfterAMinute() throws SQLException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        Partitions partitions = new Partitions(new InstantClock(now));
        try (Connection connection = database.getConnection();
                Connection reading = database.getConnection()) {
            reading.setAutoCommit(false);
            reading.createStatement().execute("SELECT count(*) FROM inferences");
            partitions.ensure(connection, micros(now.get()));
            reading.commit();
            partitions.ensure(connection, micros(now.get()));
            assertThat(partitions(connection)).containsExactly("inferences_default");
            connection.commit();

            now.set(now.get().plusSeconds(61));
            partitions.ensure(connection, micros(now.get()));

            assertThat(partitions(connection)).hasSize(4);
        }
    }

    @Test
    void severalWritersMayWantOneWeekAtOnce() throws Exception {
        long now = micros(Instant.now());
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            writers.add(CompletableFuture.runAsync(() -> {
                try (Connection connection = database.getConnection()) {
                    new Partitions().ensure(connection, now);
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            }));
        }
        for (CompletableFuture<Void> writer : writers) {
            writer.get();
        }
        try (Connection connection = database.getConnection()) {
            assertThat(partitions(connection))
                    .as("default, this week, the next two")
                    .hasSize(4);
        }
    }

    @Test
    void anOldWeekIsDroppedOnceItIsEmptyAndMadeAgainForTheNextOldRow() throws SQLException {
        Instant now = Instant.now();
        long old = micros(now.minus(Duration.ofDays(100)));
        long held = micros(now.minus(Duration.ofDays(121)));
        long recent = micros(now.minus(Duration.ofDays(55)));
        Partitions partitions = new Partitions();
        try (Connection connection = database.getConnection()) {
            for (long time : List.of(old, held, recent)) {
                partitions.ensure(connection, time);
            }
            connection.createStatement().execute(INSERT.formatted(held));
            connection.commit();
            assertThat(partitions(connection)).hasSize(7);

            assertThat(partitions.dropEmpty(connection)).isEqualTo(1);
            assertThat(partitions(connection))
                    .as("default, this week, the next two, the recent one, the one with a row")
                    .hasSize(6)
                    .contains("inferences_default", partitionOfTheRow(connection));
            assertThat(partitions.dropEmpty(connection)).isZero();

            connection.createStatement().execute("DELETE FROM inferences");
            connection.commit();
            assertThat(partitions.dropEmpty(connection)).isEqualTo(1);
            partitions.ensure(connection, old);
            connection.createStatement().execute(INSERT.formatted(old));
            connection.commit();
            assertThat(partitionOfTheRow(connection)).matches("inferences_\\d{8}");
        }
    }

    @Test
    void aWriterThatDoesNotKnowThatAWeekWasDroppedStoresInTheDefaultPartition() throws SQLException {
        long old = micros(Instant.now().minus(Duration.ofDays(100)));
        Partitions writers = new Partitions();
        try (Connection connection = database.getConnection()) {
            writers.ensure(connection, old);
            assertThat(new Partitions().dropEmpty(connection)).isEqualTo(1);

            writers.ensure(connection, old);
            connection.createStatement().execute(INSERT.formatted(old));
            connection.commit();
            assertThat(partitionOfTheRow(connection)).isEqualTo("inferences_default");

            new Partitions().ensure(connection, old);
            assertThat(partitionOfTheRow(connection)).as("moved").matches("inferences_\\d{8}");
        }
    }

    @Test
    void anEmptyWeekThatSomebodyUsesStaysUntilTheNextTime() throws SQLException {
        Partitions partitions = new Partitions();
        try (Connection connection = database.getConnection();
                Connection reading = database.getConnection()) {
            partitions.ensure(connection, micros(Instant.now().minus(Duration.ofDays(100))));
            reading.setAutoCommit(false);
            reading.createStatement().execute("SELECT count(*) FROM inferences");

            assertThat(partitions.dropEmpty(connection)).isZero();
            assertThat(partitions(connection)).hasSize(5);
            reading.commit();

            assertThat(partitions.dropEmpty(connection)).isEqualTo(1);
        }
    }

    @Test
    void aRowThatIsCommittedWhileItsWeekIsToBeDroppedKeepsTheWeek() throws Exception {
        long old = micros(Instant.now().minus(Duration.ofDays(100)));
        Partitions partitions = new Partitions();
        try (Connection connection = database.getConnection();
                Connection writing = database.getConnection()) {
            partitions.ensure(connection, old);
            writing.setAutoCommit(false);
            writing.createStatement().execute(INSERT.formatted(old));
            CompletableFuture<Integer> dropping = CompletableFuture.supplyAsync(() -> {
                try {
                    return partitions.dropEmpty(connection);
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            awaitBlocked(connection, dropping);
            writing.commit();

            assertThat(dropping.get()).isZero();
            assertThat(partitionOfTheRow(writing)).matches("inferences_\\d{8}");
        }
    }

    /** Waits until the database says that a connection waits for a lock, or its work is done. */
    private void awaitBlocked(Connection waiting, CompletableFuture<?> work) throws SQLException {
        int pid = waiting.unwrap(PGConnection.class).getBackendPID();
        try (Connection asking = database.getConnection()) {
            boolean blocked = false;
            while (!blocked && !work.isDone()) {
                try (ResultSet row = asking.createStatement()
                        .executeQuery("SELECT cardinality(pg_blocking_pids(" + pid + ")) > 0")) {
                    row.next();
                    blocked = row.getBoolean(1);
                }
            }
        }
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1000;
    }

    private static String partitionOfTheRow(Connection connection) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery("SELECT tableoid::regclass FROM inferences")) {
            row.next();
            return row.getString(1);
        }
    }

    private static int indexes(Connection connection, String table) throws SQLException {
        try (ResultSet row = connection
                .createStatement()
                .executeQuery("SELECT count(*) FROM pg_indexes WHERE tablename = '" + table + "'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static List<String> partitions(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row = connection
                .createStatement()
                .executeQuery(
                        "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'inferences'::regclass ORDER BY 1")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    /** A clock that is set. */
    private static final class InstantClock extends Clock {
        private final AtomicReference<Instant> now;

        private InstantClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }
}
