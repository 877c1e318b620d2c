package dev.inferencestore.benchmark.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.benchmark.Api;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Asks for replays and waits for them. */
record Runs(Api api, Duration patience) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /**
     * A replay that has ended.
     *
     * @param seconds from the asking on
     */
    record Done(JsonNode answer, double seconds) {
        /** Seconds since its job was there. */
        double ran() {
            return Duration.between(time("started_at"), time("finished_at")).toMillis() / 1e3;
        }

        private Instant time(String field) {
            return Instant.parse(answer.path(field).asText());
        }
    }

    Done replay(String body) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String id = api.require("POST", "replays", body).path("id").asText();
        JsonNode answer = await("replays/" + id, "the end of it", Runs::hasEnded);
        return new Done(answer, (System.nanoTime() - start) / 1e9);
    }

    JsonNode await(String path, String what, Predicate<JsonNode> there) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            JsonNode answer = api.require("GET", path, "");
            if (there.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new IOException(what + " has not come in " + patience + ": " + answer);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    static boolean hasEnded(JsonNode answer) {
        return !Set.of("pending", "running").contains(answer.path("state").asText());
    }
}
