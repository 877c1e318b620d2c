package dev.inferencestore.job;

import dev.inferencestore.storage.schema.Schema;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases for tests. */
public final class Databases {
    private Databases() {}

    /** A migrated database of its own. */
    public static DataSource fresh() {
        return open(Servers.POSTGRES.createDatabase(
                "test_" + UUID.randomUUID().toString().replace("-", "")));
    }

    static DataSource open(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(Servers.POSTGRES.user());
        source.setCurrentSchema(Schema.NAME);
        Schema.migrate(source);
        return source;
    }
}
