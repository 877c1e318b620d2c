package dev.inferencestore.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker in this JVM: KRaft, broker and controller in one, on loopback, without authentication.
 *
 * <p>Topics, records, offsets and transactions stay in the directory, over a close and over a kill. Like every Kafka broker it
 * leaves the flushing to the operating system, so a power failure can lose the newest records.
 */
public final class KafkaServer implements AutoCloseable {
    private final KafkaRaftServer server;
    private final DirectoryLock lock;
    private final int port;

    private KafkaServer(KafkaRaftServer server, DirectoryLock lock, int port) {
        this.server = server;
        this.lock = lock;
        this.port = port;
    }

    /** As {@link #start(Path, int, Map)}, with the settings of a single node. */
    public static KafkaServer start(Path dir, int port) {
        return start(dir, port, Map.of());
    }

    /**
     * Starts a broker on what the directory holds, or on nothing when it is empty; returns when clients can be served.
     *
     * @param port where to listen on 127.0.0.1; 0 picks a free port
     * @param settings broker settings by Kafka's names; they win over those of a single node
     */
    public static KafkaServer start(Path dir, int port, Map<String, String> settings) {
        DirectoryLock lock = DirectoryLock.of(dir);
        int chosen = FreePorts.orNext(port);
        try {
            Map<String, String> all = KafkaSettings.of(dir.toAbsolutePath().resolve("log"), chosen, FreePorts.next());
            all.putAll(settings);
            formatUnlessFormatted(dir, all);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(new HashMap<>(all), false), Time.SYSTEM);
            startOrShutDown(server);
            return new KafkaServer(server, lock, chosen);
        } catch (RuntimeException e) {
            lock.close();
            throw new IllegalStateException(
                    "Kafka did not start on 127.0.0.1:" + chosen + " with directory " + dir
                            + ": see the cause; is the port taken?",
                    e);
        }
    }

    /** What a client sets as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Stops the broker cleanly; what it stores stays. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }

    private static void startOrShutDown(KafkaRaftServer server) {
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
    }

    private static void formatUnlessFormatted(Path dir, Map<String, String> settings) {
        // Kafka writes this file last, so a format that was cut short is done again.
        if (Files.exists(dir.resolve("log").resolve("meta.properties"))) {
            return;
        }
        Path file = dir.resolve("format.properties");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (OutputStream out = Files.newOutputStream(file);
                PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            Properties properties = new Properties();
            properties.putAll(settings);
            properties.store(out, null);
            String[] command = {
                "format", "-c", file.toString(), "-t", Uuid.randomUuid().toString()
            };
            if (StorageTool.execute(command, print) != 0) {
                throw new IllegalStateException(
                        "Kafka cannot format " + dir + ": " + said.toString(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": check that it can be written.", e);
        }
    }
}
