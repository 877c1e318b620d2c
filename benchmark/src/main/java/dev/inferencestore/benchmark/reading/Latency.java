package dev.inferencestore.benchmark.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.benchmark.Api;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Spread;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Makes calls of each kind one after another, each for something else, and says how long they took. */
final class Latency {
    private static final String PATH = "models/" + Reading.MODEL + "/inferences";

    private final Api api;
    private final Report report;
    private final int calls;
    private final int subjects;
    private final SplittableRandom random = new SplittableRandom(5);

    Latency(LocalRun store, Report report, int calls, int subjects) {
        api = new Api(store);
        this.report = report;
        this.calls = calls;
        this.subjects = subjects;
    }

    void run() throws Exception {
        long records = api.require("GET", PATH + "/count", "").path("count").asLong();
        report.line("%,d records; %,d calls of each kind, one at a time".formatted(records, calls));
        measure("list, the newest 100", () -> PATH);
        measure("list, 100 from a time on", () -> PATH + "?order=asc&start=" + time());
        measure("list, 100 of one camera in " + Rows.CAMERAS, () -> PATH + "?metadata=" + is("camera", camera()));
        measure(
                "list, 100 with a score of at least 0.5",
                () -> PATH + "?metadata=" + encoded("[{\"key\":\"score\",\"operator\":\"ge\",\"value\":0.5}]"));
        measure("list, a subject of " + subjects + ", no index", () -> PATH + "?metadata=" + is("subject", subject()));
        measure("one inference by id", () -> PATH + "/seed-" + random.nextLong(records));
        measure("count of all", () -> PATH + "/count");
        measure("count from a time on", () -> PATH + "/count?start=" + time());
        index();
        measure("list, a subject of " + subjects + ", indexed", () -> PATH + "?metadata=" + is("subject", subject()));
        measure("count of a subject, indexed", () -> PATH + "/count?metadata=" + is("subject", subject()));
        api.require("DELETE", "models/" + Reading.MODEL + "/metadata-indexes/subject", "");
    }

    private void measure(String what, Supplier<String> path) throws Exception {
        List<Double> millis = new ArrayList<>();
        long items = 0;
        long whole = 0;
        for (int call = -10; call < calls; call++) {
            String one = path.get();
            long start = System.nanoTime();
            JsonNode answer = api.require("GET", one, "");
            if (call >= 0) {
                millis.add((System.nanoTime() - start) / 1e6);
                items += answer.path("items").size();
                whole += answer.path("next_cursor").isNull() ? 1 : 0;
            }
        }
        report.line("  %-46s %s; %.1f items, %d of %d without more"
                .formatted(what, Spread.of(millis), (double) items / calls, whole, calls));
    }

    /** Has the rare key indexed, and waits until it is. */
    private void index() throws Exception {
        String path = "models/" + Reading.MODEL + "/metadata-indexes/subject";
        long start = System.nanoTime();
        api.require("PUT", path, "");
        while (!api.require("GET", path, "").path("state").asText().equals("ready")) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        report.line("  the index of subject was built in %.1f s".formatted((System.nanoTime() - start) / 1e9));
    }

    private String time() {
        return Instant.now()
                .minus(Duration.ofSeconds(
                        1 + random.nextLong(Duration.ofDays(59).toSeconds())))
                .toString();
    }

    private String camera() {
        return "camera-" + random.nextInt(Rows.CAMERAS);
    }

    private String subject() {
        return "subject-" + random.nextInt(subjects);
    }

    private static String is(String key, String value) {
        return encoded("[{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}]");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
