package dev.inferencestore.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A database with two registered models, and what tests of the flush ask it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FlushTests {

    DataSource database;
    Connection connection;
    final Rows rows = new Rows();
    final RecordWriter writer = new RecordWriter(0);

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

    FlushResult flush(StoredBatch... batches) throws SQLException {
        return writer.flush(connection, Arrays.asList(batches));
    }

    String everything() throws SQLException {
        return one("SELECT (SELECT string_agg(i::text, '|' ORDER BY i::text) FROM inferences i)"
                + " || (SELECT string_agg(s::text, '|' ORDER BY s::text) FROM segments s)"
                + " || (SELECT string_agg(h::text, '|' ORDER BY h::text) FROM model_hours h)");
    }

    Map<String, Long> ingest() throws SQLException {
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

    void execute(String sql) throws SQLException {
        try (Connection own = database.getConnection();
                Statement statement = own.createStatement()) {
            statement.execute(sql);
        }
    }

    String one(String sql) throws SQLException {
        try (Connection own = database.getConnection();
                ResultSet row = own.createStatement().executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            String text = row.getString(1);
            assertThat(row.next()).as("a second row").isFalse();
            return text;
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(one(sql));
    }
}
