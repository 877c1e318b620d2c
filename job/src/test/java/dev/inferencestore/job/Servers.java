package dev.inferencestore.job;

import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** One real server of each kind for all tests of this module. */
final class Servers {
    static final KafkaServer KAFKA = start("kafka", folder -> KafkaServer.start(folder, 0));
    static final PostgresServer POSTGRES = start("postgres", folder -> PostgresServer.start(folder, 0));
    static final S3Server S3 = start("s3", folder -> S3Server.start(folder, 0));

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
