package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.SimulatedJob;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.replay.NewReplay;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.replay.Replays;
import dev.inferencestore.storage.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayWatchTest {
    private static final ReplaySpec REPLAY =
            ReplaySpecCodec.decode("{\"kind\":\"replay\",\"source\":{\"kind\":\"topic\"}}");

    private static DataSource database;

    @TempDir
    Path folder;

    private FlinkServer flink;
    private Replays replays;
    private Path jar;

    @BeforeAll
    static void migrate() {
        database = TestServers.newStore().database();
        Schema.migrate(database);
    }

    @BeforeEach
    void start() throws IOException {
        flink = new FlinkServer();
        replays = new Replays(database);
        jar = Files.writeString(folder.resolve("job.jar"), "the job");
        Jdbi.create(database).useHandle(handle -> handle.execute("DELETE FROM replays"));
        Jdbi.create(database).useHandle(handle -> handle.execute("UPDATE replay_watch SET until = '-infinity'"));
    }

    @AfterEach
    void stop() {
        flink.close();
    }
    /** How much later it is than it is. */
    private Duration later = Duration.ZERO;

    @Test
    void whatWaitsIsSubmittedOnce() {
        ReplayRun run = create();
        ReplayWatch watch = watch();

        watch.look();
        watch.look();

        assertThat(flink.submitted)
                .containsExactly(new FlinkServer.Submitted(
                        "dev.inferencestore.job.replay.ReplayJob",
                        List.of("--replay.id", run.replayId(), "--config", "x"),
                        run.replayId().replace("-", "")));
        assertThat(now(run).state()).isEqualTo(ReplayState.PENDING);
        assertThat(now(run).flinkState()).isEqualTo("RUNNING");
    }

    @Test
    void theJarIsUploadedOnceForEachContent() throws IOException {
        ReplayWatch watch = watch();
        create();
        watch.look();
        endAll();
        create();
        watch.look();
        endAll();
        assertThat(flink.uploads).hasSize(1).allMatch(name -> name.matches("inference-store-[0-9a-f]{32}\\.jar"));

        Files.writeString(jar, "another job");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
        create();
        watch.look();

        assertThat(flink.uploads).hasSize(2).doesNotHaveDuplicates();
        assertThat(flink.submitted).hasSize(3);
    }

    @Test
    void aJobThatFailedSaysWhy() {
        ReplayRun run = running();
        flink.jobs.put(jobId(run), "FAILED");
        flink.traces.put(jobId(run), "a.B: x\nCaused by: o.k.TimeoutException: Kafka does not answer\n\tat y");

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error()).isEqualTo("TimeoutException: Kafka does not answer");
        assertThat(now(run).flinkState()).isEqualTo("FAILED");
    }

    @Test
    void aJobThatSomebodyCancelledInFlinkIsACancelledReplay() {
        ReplayRun run = running();
        flink.jobs.put(jobId(run), "CANCELED");

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.CANCELLED);
        assertThat(now(run).error()).isEqualTo("its Flink job was cancelled");
    }

    @Test
    void aJobThatEndedWellIsComplete() {
        ReplayRun run = running();
        flink.jobs.put(jobId(run), "FINISHED");

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.COMPLETE);
    }

    @Test
    void aJobThatEndedWithoutHavingBegunIsAFailure() {
        ReplayRun run = create();
        flink.jobs.put(jobId(run), "FINISHED");

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
    }

    @Test
    void whatIsToBeCancelledAndDoesNotEndByItselfIsCancelledInFlinkFirst() {
        ReplayRun run = running();
        flink.jobs.put(jobId(run), "RUNNING");
        replays.requestCancel(run.replayId(), "ann");
        ReplayWatch watch = watch();

        watch.look();
        later = Duration.ofSeconds(14);
        watch.look();
        assertThat(flink.jobs.get(jobId(run))).isEqualTo("RUNNING");
        later = Duration.ofSeconds(16);
        watch.look();
        assertThat(flink.jobs.get(jobId(run))).isEqualTo("CANCELED");
        assertThat(now(run).state()).isEqualTo(ReplayState.RUNNING);
        watch.look();

        assertThat(now(run).state()).isEqualTo(ReplayState.CANCELLED);
        assertThat(now(run).error()).isEqualTo("cancelled on request");
    }

    @Test
    void aJobThatFlinkLostIsGivenUpAfterAWhile() {
        ReplayRun run = running();

        watch().look();
        assertThat(now(run).state()).isEqualTo(ReplayState.RUNNING);
        watch(Duration.ofSeconds(90)).look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error()).startsWith("Flink no longer knows its job");
        assertThat(flink.submitted).isEmpty();
    }

    @Test
    void aSubmissionThatIsRefusedFails() {
        ReplayRun run = create();
        flink.refusal = "x\nCaused by: dev.y.InvalidSettings: 1 problem with the options:\n  - 'a' is missing\n\tat z";

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error())
                .isEqualTo("Flink answers 500: InvalidSettings: 1 problem with the options: - 'a' is missing");
    }

    @Test
    void oneThatWasSubmittedBeforeACrashIsNotSubmittedAgain() {
        ReplayRun run = create();
        new Submissions(new FlinkRest(flink.address()), jar, List.of()).submit(run);

        watch().look();

        assertThat(flink.submitted).hasSize(1);
        assertThat(now(run).state()).isEqualTo(ReplayState.PENDING);
        assertThat(now(run).error()).isNull();
    }

    @Test
    void whileFlinkIsAwayReplaysWaitAndSayWhy() {
        ReplayRun first = create();
        ReplayRun second = create();
        ReplayRun runs = running();
        ReplayWatch watch = watch();

        flink.broken = 503;
        watch.look();
        assertThat(now(first).error()).isEqualTo("Flink cannot be reached: it answers 503");
        assertThat(now(second).error()).isEqualTo("Flink cannot be reached: it answers 503");
        assertThat(now(runs).state()).isEqualTo(ReplayState.RUNNING);
        flink.broken = 0;
        watch.look();

        assertThat(flink.submitted).hasSize(1);
        assertThat(now(first).error()).isNull();
    }

    @Test
    void aClusterThatDoesNotListenIsAway() {
        ReplayRun run = create();
        ReplayWatch watch = watch();
        flink.close();

        watch.look();

        assertThat(now(run).state()).isEqualTo(ReplayState.PENDING);
        assertThat(now(run).error()).isEqualTo("Flink cannot be reached: ConnectException");
    }

    @Test
    void aJarThatIsGoneFails() throws IOException {
        ReplayRun run = create();
        Files.delete(jar);

        watch().look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error()).startsWith("the job's jar cannot be read");
    }

    @Test
    void soManyRunAtOnceAndOthersWait() {
        List<ReplayRun> runs = IntStream.range(0, 4).mapToObj(i -> create()).toList();
        ReplayWatch watch = watch();

        watch.look();
        assertThat(flink.submitted).hasSize(2);
        assertThat(now(runs.get(2)).error()).isEqualTo("as many replays as may run at once are running");
        replays.claim(runs.get(0).replayId(), jobId(runs.get(0)));
        flink.jobs.put(jobId(runs.get(0)), "FINISHED");
        watch.look();

        assertThat(flink.submitted).hasSize(3);
        assertThat(flink.submitted.get(2).jobId()).isEqualTo(jobId(runs.get(2)));
        assertThat(now(runs.get(3)).error()).isNotNull();
    }

    @Test
    void oneThatIsForASwitchWaitsUntilThatIsInEffect() {
        ReplayRun run =
                replays.create(new NewReplay(REPLAY, "ann", true, 500L), null).run();
        SimulatedJob job = new SimulatedJob(database, "job", 2).routes(0, 500).routes(1, 499);
        ReplayWatch watch = watch();

        watch.look();
        assertThat(flink.submitted).isEmpty();
        assertThat(now(run).error()).isEqualTo("the switch is not in effect: 1 of 2 subtasks have it");
        job.routes(1, 500);
        watch.look();

        assertThat(flink.submitted).hasSize(1);
        assertThat(now(run).error()).isNull();
        assertThat(ReplaySpecCodec.encode(now(run).spec())).contains("\"end\":\"20");
        Jdbi.create(database).useHandle(handle -> handle.execute("DELETE FROM router_progress"));
    }

    @Test
    void withoutAJobThatStoresThereIsNothingToWaitFor() {
        replays.create(new NewReplay(REPLAY, "ann", true, 500L), null);

        watch().look();

        assertThat(flink.submitted).hasSize(1);
    }

    @Test
    void ofManyProcessesOneLooks() {
        IntStream.range(0, 2).forEach(i -> create());
        List<ReplayWatch> watches = IntStream.range(0, 6).mapToObj(i -> watch()).toList();
        List<CompletableFuture<Void>> looks = watches.stream()
                .map(watch -> CompletableFuture.runAsync(watch::look))
                .toList();
        looks.forEach(CompletableFuture::join);

        assertThat(flink.uploads).hasSize(1);
        assertThat(flink.submitted).hasSize(2);
    }

    @Test
    void whatWasStartedOnTheCommandLineIsLeftAlone() {
        ReplayRun run =
                replays.create(new NewReplay(REPLAY, "ann", false), null).run();
        replays.claim(run.replayId(), "another-clusters-job");

        watch(Duration.ofMinutes(30)).look();
        assertThat(now(run).state()).isEqualTo(ReplayState.RUNNING);
        watch(Duration.ofMinutes(90)).look();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error()).isEqualTo("nothing was heard of its job for 1 h");
    }

    @Test
    void whatEndedLongAgoIsForgotten() {
        ReplayRun run = running();
        replays.end(run.replayId(), jobId(run), ReplayState.COMPLETE, null);

        watch().forget(Duration.ofHours(1));
        assertThat(replays.find(run.replayId())).isPresent();
        watch(Duration.ofHours(2)).forget(Duration.ofHours(1));

        assertThat(replays.find(run.replayId())).isEmpty();
    }

    private ReplayWatch watch(Duration later) {
        this.later = later;
        return watch();
    }

    private ReplayWatch watch() {
        Submissions submissions = new Submissions(new FlinkRest(flink.address()), jar, List.of("--config", "x"));
        Jdbi.create(database).useHandle(handle -> handle.execute("UPDATE replay_watch SET until = '-infinity'"));
        return new ReplayWatch(replays, new InEffect(database), submissions, 2, () -> Instant.now()
                .plus(later));
    }

    private ReplayRun create() {
        return replays.create(new NewReplay(REPLAY, "ann", true), null).run();
    }

    private ReplayRun running() {
        ReplayRun run = create();
        assertThat(replays.claim(run.replayId(), jobId(run))).isEqualTo(Replays.Claim.GRANTED);
        return now(run);
    }

    private ReplayRun now(ReplayRun run) {
        return replays.find(run.replayId()).orElseThrow();
    }

    private static String jobId(ReplayRun run) {
        return run.replayId().replace("-", "");
    }

    private void endAll() {
        replays.open().forEach(run -> replays.end(run.replayId(), jobId(run), ReplayState.COMPLETE, null));
    }
}
