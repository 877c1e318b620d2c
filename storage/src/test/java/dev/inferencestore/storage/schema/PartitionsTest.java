package dev.inferencestore.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

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
            assertThat(indexes(connection, partitionOfTheRow(connection))).isEqualTo(2);
        }
    }

    @Test
    void timesFarAwayAndWeeksThatTheDefaultPartitionHasStayThere() throws SQLException {
        long lastWeek = micros(Instant.now().minus(Duration.ofDays(7)));
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute(INSERT.formatted(lastWeek));
            Partitions partitions = new Partitions();
            partitions.ensure(connection, lastWeek);
            partitions.ensure(connection, 0);
            connection.commit();

            assertThat(partitionOfTheRow(connection)).isEqualTo("inferences_default");
            assertThat(partitions(connection)).containsExactly("inferences_default");
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
            assertThat(partitions(connection)).hasSize(2);
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
}
