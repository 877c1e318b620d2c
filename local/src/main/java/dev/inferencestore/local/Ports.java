package dev.inferencestore.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Where on loopback everything listens.
 *
 * @param flink its web page and REST API
 * @param kafkaController of the broker, for itself
 * @param flinkFiles where Flink's parts fetch files of the job
 */
record Ports(int api, int kafka, int s3, int flink, int postgres, int kafkaController, int flinkFiles) {
    static final int COUNT = 7;

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** The ports that people know these servers by; PostgreSQL's own is often taken, so one above. */
    static Ports standard() {
        return new Ports(8080, 9092, 9000, 8081, 5433, 9093, 6124);
    }

    static Ports from(int base) {
        return new Ports(base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6);
    }

    /**
     * Fails, naming every port that something listens on.
     *
     * @param patience for what an earlier run left, which ends by itself after a hard kill
     */
    void requireFree(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!taken().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        if (!taken().isEmpty()) {
            throw new StartFailure("In use on 127.0.0.1: port " + taken()
                    + ". Stop what listens there (ss -ltnp shows it), or give --port-base N to take the " + COUNT
                    + " ports from N on instead.");
        }
    }

    private String taken() {
        return byName().entrySet().stream()
                .filter(entry -> !isFree(entry.getValue()))
                .map(entry -> entry.getValue() + " (" + entry.getKey() + ")")
                .collect(Collectors.joining(", "));
    }

    /** As a person reads it. */
    String list() {
        return byName().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private Map<String, Integer> byName() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("API", api);
        ports.put("Kafka", kafka);
        ports.put("S3", s3);
        ports.put("Flink", flink);
        ports.put("PostgreSQL", postgres);
        ports.put("Kafka's controller", kafkaController);
        ports.put("Flink's files", flinkFiles);
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
