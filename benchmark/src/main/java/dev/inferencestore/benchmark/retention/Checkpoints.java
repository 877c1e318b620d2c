package dev.inferencestore.benchmark.retention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Spread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Collects the running job's checkpoints from Flink's REST API, which remembers the last few only. */
final class Checkpoints implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BETWEEN_LOOKS_SECONDS = 2;

    private final HttpClient client = HttpClient.newHttpClient();
    private final @Nullable String flink;
    private final Map<Long, JsonNode> found = new ConcurrentHashMap<>();
    private final AtomicInteger missed = new AtomicInteger();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

    Checkpoints(LocalRun store) {
        flink = store.flink();
        if (flink != null) {
            var unused =
                    looking.scheduleWithFixedDelay(this::lookIfItAnswers, 0, BETWEEN_LOOKS_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** How long the checkpoints took that began after a time. */
    String since(long startMillis) {
        if (flink == null) {
            return "no URL of Flink, so nothing is known of checkpoints";
        }
        look();
        List<JsonNode> since = found.values().stream()
                .filter(checkpoint -> checkpoint.path("trigger_timestamp").asLong() >= startMillis)
                .toList();
        List<Double> millis = since.stream()
                .filter(checkpoint ->
                        "COMPLETED".equals(checkpoint.path("status").asText()))
                .map(checkpoint -> checkpoint.path("end_to_end_duration").asDouble())
                .toList();
        String looks = missed.get() == 0 ? "" : "; " + missed + " times Flink did not answer";
        return "%d of %d checkpoints completed: %s%s".formatted(millis.size(), since.size(), Spread.of(millis), looks);
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }

    /** A look that fails is not the last: the next tells of the same checkpoints. */
    private void lookIfItAnswers() {
        try {
            look();
        } catch (UncheckedIOException away) {
            missed.incrementAndGet();
        }
    }

    private void look() {
        for (JsonNode job : read("/jobs").path("jobs")) {
            if ("RUNNING".equals(job.path("status").asText())) {
                for (JsonNode checkpoint : read("/jobs/" + job.path("id").asText() + "/checkpoints")
                        .path("history")) {
                    found.put(checkpoint.path("id").asLong(), checkpoint);
                }
            }
        }
    }

    private JsonNode read(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(flink + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return JSON.missingNode();
        }
    }
}
