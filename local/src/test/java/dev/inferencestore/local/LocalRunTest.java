package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One story, because a start takes long: start, look, Ctrl-C, start again, kill, start again. */
@Timeout(300)
class LocalRunTest {
    private static final int ENOUGH = 20;
    private static final List<Integer> TOLD_TO_STOP = List.of(0, 130);

    @TempDir
    Path data;

    private final int portBase = FreePorts.base();

    @Test
    void theLocalRunStoresStopsCleanlyAndSurvivesAKill() throws Exception {
        long stored;
        try (LocalRun run = LocalRun.start(data, portBase)) {
            isAllThere(run);
            run.await("stored inferences", () -> run.records() > ENOUGH);
            run.await("a checkpoint", () -> LatestCheckpoint.in(data.resolve("checkpoints"))
                    .isPresent());
            stored = run.records();
            List<ProcessHandle> children = run.processes();

            assertThat(children).as("PostgreSQL and its guard").isNotEmpty();
            assertThat(run.interrupt()).isIn(TOLD_TO_STOP);
            assertThat(children).as("processes that are left").noneMatch(ProcessHandle::isAlive);
        }
        try (LocalRun run = LocalRun.start(data, portBase)) {
            goesOn(run, stored);
            stored = run.records();
            List<ProcessHandle> children = run.processes();
            run.kill();
            children.forEach(child -> child.onExit().join());
        }
        try (LocalRun run = LocalRun.start(data, portBase)) {
            goesOn(run, stored);
            assertThat(run.interrupt()).isIn(TOLD_TO_STOP);
        }
    }

    private static void isAllThere(LocalRun run) throws IOException, InterruptedException {
        for (String address : List.of(
                run.ready().get("api").textValue() + "/api/v1/models",
                run.ready().get("flink").textValue() + "/index.html")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(address).isEqualTo(200);
        }
    }

    private static void goesOn(LocalRun run, long stored) {
        run.ready();
        assertThat(run.said()).anyMatch(line -> line.startsWith("The job goes on from checkpoint"));
        assertThat(run.records()).isGreaterThanOrEqualTo(stored);
        long atStart = run.records();
        run.await("more inferences", () -> run.records() > atStart + ENOUGH);
    }
}
