package dev.inferencestore.storage;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import dev.inferencestore.storage.schema.Schema;
import dev.inferencestore.storage.segment.S3Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One real PostgreSQL and one real S3 server for all tests of this module; a fresh database or bucket for each. */
public final class Servers {
    private static PostgresServer postgres;
    private static S3Server s3;

    private Servers() {}

    /** A database of its own, migrated, whose connections find the schema. */
    public static DataSource database() {
        DataSource source = emptyDatabase();
        Schema.migrate(source);
        return source;
    }

    /** The same before it is migrated. */
    public static synchronized DataSource emptyDatabase() {
        if (postgres == null) {
            postgres = PostgresServer.start(folder("postgres"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.createDatabase("t" + UUID.randomUUID().toString().replace("-", "")));
        source.setUser(postgres.user());
        source.setCurrentSchema(Schema.NAME);
        return source;
    }

    /** Settings of a bucket of its own. */
    public static Settings bucket() {
        return bucket(Map.of());
    }

    /** Settings of a bucket of its own, some of them other than they should be. */
    public static synchronized Settings bucket(Map<Option<?>, String> otherwise) {
        if (s3 == null) {
            s3 = S3Server.start(folder("s3"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(s3::close));
        }
        String bucket = "b" + UUID.randomUUID();
        s3.createBucket(bucket);
        Map<Option<?>, String> given = new HashMap<>(Map.of(
                S3Options.ENDPOINT, s3.endpoint().toString(),
                S3Options.BUCKET, bucket,
                S3Options.REGION, s3.region(),
                S3Options.ACCESS_KEY, s3.accessKey(),
                S3Options.SECRET_KEY, s3.secretKey()));
        given.putAll(otherwise);
        List<String> arguments = new ArrayList<>();
        given.forEach((option, value) -> arguments.addAll(List.of("--" + option.key(), value)));
        return Settings.read(S3Options.ALL, arguments.toArray(new String[0]), Map.of());
    }

    private static Path folder(String name) {
        try {
            return Files.createTempDirectory(name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
