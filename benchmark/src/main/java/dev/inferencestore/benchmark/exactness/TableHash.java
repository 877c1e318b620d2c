package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A count and a hash of all rows of each table that a second sending must leave as it is, computed in PostgreSQL. */
public final class TableHash {
    private static final List<String> TABLES =
            List.of("inferences", "segments", "model_hours", "floors", "tombstones", "models", "inference_conflicts");

    private static final String HASH = """
            SELECT count(*), coalesce(md5(string_agg(hash, '' ORDER BY hash)), '-')
            FROM (SELECT md5(t::text) AS hash FROM %s t) AS hashes""";

    private final LocalRun store;
    private final Report report;

    public TableHash(LocalRun store, Report report) {
        this.store = store;
        this.report = report;
    }

    void run(Settings settings) throws SQLException, IOException {
        List<String> hashes = hashes();
        hashes.forEach(report::line);
        Path save = settings.find(Exactness.SAVE).orElse(null);
        if (save != null) {
            Files.write(save, hashes);
        }
        Path compare = settings.find(Exactness.COMPARE).orElse(null);
        if (compare != null) {
            report.equal("all rows of all tables as in " + compare, Files.readAllLines(compare), hashes);
        }
    }

    /** One line a table: name, rows, hash. */
    public List<String> hashes() throws SQLException {
        List<String> hashes = new ArrayList<>();
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row = statement.executeQuery(HASH.formatted(table))) {
                    row.next();
                    hashes.add("%s %d %s".formatted(table, row.getLong(1), row.getString(2)));
                }
            }
        }
        return hashes;
    }
}
