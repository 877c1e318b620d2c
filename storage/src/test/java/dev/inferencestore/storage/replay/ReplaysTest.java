package dev.inferencestore.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.replay.Replays.Claim;
import dev.inferencestore.storage.retention.RequestKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplaysTest extends ReplayTests {
    @Test
    void whatIsAskedForWaitsForAJob() {
        ReplayRun run = create(REPLAY);

        assertThat(now(run)).isEqualTo(run);
        assertThat(run.state()).isEqualTo(ReplayState.PENDING);
        assertThat(run.spec()).isEqualTo(ReplaySpecCodec.decode(REPLAY));
        assertThat(run.flinkJobId()).isNull();
        assertThat(replays.open()).containsExactly(run);
        assertThat(summary(run).counts()).isEmpty();
        assertThat(summary(run).total()).isNull();
    }

    @Test
    void ofManyJobsOneMayRunIt() {
        ReplayRun run = create(REPLAY);

        List<CompletableFuture<Claim>> claims = IntStream.range(0, 8)
                .mapToObj(job -> CompletableFuture.supplyAsync(() -> replays.claim(run.replayId(), "job-" + job)))
                .toList();

        assertThat(claims.stream().map(CompletableFuture::join).filter(claim -> claim == Claim.GRANTED))
                .hasSize(1);
        assertThat(now(run).state()).isEqualTo(ReplayState.RUNNING);
        assertThat(now(run).startedAt()).isNotNull();
    }

    @Test
    void theJobThatHasItMayStartAgain() {
        ReplayRun run = create(REPLAY);

        assertThat(replays.claim(run.replayId(), "job")).isEqualTo(Claim.GRANTED);
        Instant started = now(run).startedAt();
        assertThat(replays.claim(run.replayId(), "job")).isEqualTo(Claim.GRANTED);

        assertThat(now(run).startedAt()).isEqualTo(started);
        assertThat(replays.claim(run.replayId(), "other")).isEqualTo(Claim.OF_ANOTHER);
        assertThat(replays.claim(UUID.randomUUID().toString(), "job")).isEqualTo(Claim.UNKNOWN);
    }

    @Test
    void oneThatTheStoreSubmitsIsForTheJobOfItsIdOnly() {
        ReplayRun run = replays.create(new NewReplay(ReplaySpecCodec.decode(REPLAY), "ann", true), null)
                .run();

        assertThat(run.flinkJobId()).isEqualTo(run.replayId().replace("-", ""));
        assertThat(replays.claim(run.replayId(), "other")).isEqualTo(Claim.OF_ANOTHER);
        assertThat(now(run).state()).isEqualTo(ReplayState.PENDING);
        assertThat(replays.claim(run.replayId(), ReplayIds.flinkJobId(run.replayId())))
                .isEqualTo(Claim.GRANTED);
    }

    @Test
    void whatHasEndedIsNotRunAgain() throws Exception {
        ReplayRun run = running(REPLAY);

        assertThat(replays.end(run.replayId(), "other", ReplayState.FAILED, "not its job"))
                .isFalse();
        assertThat(replays.end(run.replayId(), "job", ReplayState.FAILED, "disk full"))
                .isTrue();
        assertThat(replays.end(run.replayId(), "job", ReplayState.COMPLETE, null))
                .isFalse();

        assertThat(now(run).state()).isEqualTo(ReplayState.FAILED);
        assertThat(now(run).error()).isEqualTo("disk full");
        assertThat(replays.claim(run.replayId(), "job")).isEqualTo(Claim.ENDED);
        assertThat(replays.open()).isEmpty();
        try (var connection = database.getConnection()) {
            assertThat(ReplayProgressWriter.isToStop(connection, run.replayId()))
                    .as("a job that goes on all the same")
                    .isTrue();
        }
    }

    @Test
    void oneThatWaitsIsCancelledAtOnce() {
        ReplayRun run = create(REPLAY);

        assertThat(replays.requestCancel(run.replayId(), "bob").state()).isEqualTo(ReplayState.CANCELLED);

        assertThat(now(run).finishedAt()).isNotNull();
        assertThat(replays.claim(run.replayId(), "job")).isEqualTo(Claim.ENDED);
        assertThatThrownBy(() -> replays.requestCancel(run.replayId(), "bob"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("is cancelled");
        assertThatThrownBy(() -> replays.requestCancel(UUID.randomUUID().toString(), "bob"))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void oneThatRunsIsCancelledWhenItsJobHasEnded() throws Exception {
        ReplayRun run = running(REPLAY);

        assertThat(replays.requestCancel(run.replayId(), "bob").state()).isEqualTo(ReplayState.RUNNING);
        assertThat(replays.claim(run.replayId(), "job"))
                .as("a job that starts again stops")
                .isEqualTo(Claim.ENDED);
        try (var connection = database.getConnection()) {
            assertThat(ReplayProgressWriter.isToStop(connection, run.replayId()))
                    .isTrue();
        }
        replays.end(run.replayId(), "job", ReplayState.FAILED, "it was told to stop");

        assertThat(now(run).state()).isEqualTo(ReplayState.CANCELLED);
        assertThat(now(run).error()).isEqualTo("cancelled on request");
        assertThat(audited()).containsExactly("replay.created by ann", "replay.cancel-requested by bob");
    }

    @Test
    void ofAClaimAndACancellationOneComesFirst() {
        for (int i = 0; i < 20; i++) {
            ReplayRun run = create(REPLAY);
            CompletableFuture<Claim> claim = CompletableFuture.supplyAsync(() -> replays.claim(run.replayId(), "job"));
            ReplayRun cancelled = replays.requestCancel(run.replayId(), "bob");

            assertThat(cancelled.state())
                    .isEqualTo(claim.join() == Claim.GRANTED ? ReplayState.RUNNING : ReplayState.CANCELLED);
        }
    }

    @Test
    void theSameRequestMakesOneReplay() {
        RequestKey key = new RequestKey(UUID.randomUUID().toString(), new byte[] {1});
        NewReplay wanted = new NewReplay(ReplaySpecCodec.decode(REPLAY), "ann", false);

        List<CompletableFuture<MadeReplay>> made = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> replays.create(wanted, key)))
                .toList();

        assertThat(made.stream().map(CompletableFuture::join).filter(one -> !one.replayed()))
                .hasSize(1);
        assertThat(replays.list(query(null, null, null, null))).hasSize(1);
        assertThatThrownBy(() -> replays.create(wanted, new RequestKey(key.taskId(), new byte[] {2})))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("Idempotency-Key");
    }

    @Test
    void aListHasWhatIsAskedForTheNewestFirst() {
        new ModelRegistry(database)
                .register(new Registration("m", "p", "vision", null, List.of()), Precondition.none(), "ann");
        ReplayRun first = create(REPLAY);
        ReplayRun second = create(RE_EMIT);
        ReplayRun every = create("{\"kind\":\"replay\",\"source\":{\"kind\":\"topic\"}}");
        replays.claim(second.replayId(), "job");

        assertThat(ids(query(null, null, null, null))).containsExactly(id(every), id(second), id(first));
        assertThat(ids(query(ReplayState.RUNNING, null, null, null))).containsExactly(id(second));
        assertThat(ids(query(null, ReplayKind.REPLAY, null, null))).containsExactly(id(every), id(first));
        assertThat(ids(query(null, null, "m", null))).containsExactly(id(second), id(first));
        assertThat(ids(query(null, null, null, Set.of("p")))).containsExactly(id(second), id(first));
        assertThat(ids(query(null, null, null, Set.of("q")))).isEmpty();
        assertThat(first.projectId()).isEqualTo("p");
        assertThat(every.projectId()).isNull();
    }

    @Test
    void pagesFollowEachOther() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(0, id(create(REPLAY)));
        }
        List<ReplayRun> page = replays.list(page(null));
        List<String> seen = new ArrayList<>();
        while (!page.isEmpty()) {
            page.forEach(run -> seen.add(id(run)));
            page = replays.list(page(page.get(page.size() - 1)));
        }

        assertThat(seen).isEqualTo(made);
    }

    @Test
    void whatEndedLongAgoIsForgottenWithItsProgress() throws Exception {
        ReplayRun ended = running(REPLAY);
        write(beat(ended, ReplayKind.ROUTE, 0, 1, 1, false, Map.of()));
        replays.end(ended.replayId(), "job", ReplayState.FAILED, "x");
        ReplayRun runs = running(REPLAY);

        assertThat(replays.forget(Instant.now().minusSeconds(3600))).isZero();
        assertThat(replays.forget(Instant.now().plusSeconds(3600))).isEqualTo(1);

        assertThat(replays.find(ended.replayId())).isEmpty();
        assertThat(replays.find(runs.replayId())).isPresent();
    }

    @Test
    void aJobOfWhichNothingIsHeardHasFailed() throws Exception {
        ReplayRun silent = running(REPLAY);
        ReplayRun heard = running(RE_EMIT);
        ReplayRun waits = create(REPLAY);
        Instant between = Jdbi.create(database).withHandle(handle -> handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one());
        write(beat(heard, ReplayKind.SEND, 0, 1, 1, false, Map.of()));

        assertThat(replays.failSilent(between.minusSeconds(60), "nothing was heard"))
                .isZero();
        assertThat(replays.failSilent(between, "nothing was heard")).isEqualTo(1);

        assertThat(now(silent).error()).isEqualTo("nothing was heard");
        assertThat(now(heard).state()).isEqualTo(ReplayState.RUNNING);
        assertThat(now(waits).state()).isEqualTo(ReplayState.PENDING);
    }

    @Test
    void oneProcessWatches() {
        assertThat(replays.watch("a", 60)).isTrue();
        assertThat(replays.watch("b", 60)).isFalse();
        assertThat(replays.watch("a", 0)).isTrue();
        assertThat(replays.watch("b", 60)).isTrue();
        assertThat(replays.watch("a", 60)).isFalse();
    }

    @Test
    void oneThatWaitsForAVersionEndsWhenThatIsInEffect() {
        ReplayRun run = replays.create(new NewReplay(ReplaySpecCodec.decode(REPLAY), "ann", true, 7L), null)
                .run();
        assertThat(run.afterVersion()).isEqualTo(7);

        replays.isInEffect(run.replayId(), Instant.parse("2026-01-01T00:00:00Z"));
        replays.isInEffect(run.replayId(), Instant.parse("2026-02-02T00:00:00Z"));

        assertThat(now(run).afterVersion()).isNull();
        assertThat(now(run).spec())
                .isEqualTo(ReplaySpecCodec.decode(
                        REPLAY.replace("\"topic\"}", "\"topic\",\"end\":\"2026-01-01T00:00:00Z\"}")));
    }

    @Test
    void aReasonToWaitGoesWhenItRuns() {
        ReplayRun run = create(REPLAY);
        replays.waits(run.replayId(), "Flink cannot be reached");

        assertThat(now(run).error()).isEqualTo("Flink cannot be reached");
        replays.claim(run.replayId(), "job");
        replays.waits(run.replayId(), "too late");
        assertThat(now(run).error()).isNull();
    }

    private List<String> ids(ReplayQuery query) {
        return replays.list(query).stream().map(ReplayRun::replayId).toList();
    }

    private static String id(ReplayRun run) {
        return run.replayId();
    }

    private List<String> audited() {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery(
                        "SELECT action || ' by ' || actor FROM audit_log ORDER BY audit_id")
                .mapTo(String.class)
                .list());
    }

    private static ReplayQuery query(
            @Nullable ReplayState state,
            @Nullable ReplayKind kind,
            @Nullable String modelId,
            @Nullable Set<String> visible) {
        return new ReplayQuery(state, kind, modelId, visible, null, null, null, null, 100);
    }

    private static ReplayQuery page(@Nullable ReplayRun after) {
        return new ReplayQuery(
                null,
                null,
                null,
                null,
                null,
                null,
                after == null ? null : after.createdAt(),
                after == null ? null : after.replayId(),
                2);
    }
}
