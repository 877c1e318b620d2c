package dev.inferencestore.job;

import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** One real server of each kind for all tests of this module. */
public final class Servers {
    /** A broker that keeps to what is forbidden; nothing is, until a test does. */
    private static final Map<String, String> GUARDED = Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true");

    public static final KafkaServer KAFKA = start("kafka", folder -> KafkaServer.start(folder, 0, GUARDED));
    public static final PostgresServer POSTGRES = start("postgres", folder -> PostgresServer.start(folder, 0));
    public static final S3Server S3 = start("s3", folder -> S3Server.start(folder, 0));

    private Servers() {}

    private static <T extends AutoCloseable> T start(String name, Function<Path, T> starter) {
        try {
            T server = starter.apply(Files.createTempDirectory(name));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
