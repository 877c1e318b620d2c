package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.retention.RequestKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Replays and re-emissions: asked for here, claimed by one Flink job each, and looked after until they end. Connections
 * must have {@code inference_store} as their schema.
 */
public final class Replays {
    /** Of the audit log, for those that are about every model. */
    private static final String ALL_PROJECTS = "*";

    private final Jdbi jdbi;

    public Replays(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Makes one that waits for a job, as {@link #create(Handle, NewReplay, RequestKey)}. */
    public MadeReplay create(NewReplay wanted, @Nullable RequestKey key) {
        return jdbi.inTransaction(handle -> create(handle, wanted, key));
    }

    /**
     * Makes one that waits for a job, or finds the one that the same request made.
     *
     * @param key null where the request does not say how it is known
     * @throws Invalid where the key was used for another request
     */
    public static MadeReplay create(Handle handle, NewReplay wanted, @Nullable RequestKey key) {
        String replayId = key == null ? UUID.randomUUID().toString() : key.taskId();
        Optional<ReplayRun> made = key == null ? Optional.empty() : made(handle, key);
        if (made.isPresent()) {
            return new MadeReplay(made.get(), true);
        }
        ReplaySpec spec = wanted.spec();
        handle.createUpdate(ReplaySql.ADD)
                .bind("replayId", replayId)
                .bind("kind", spec.kind().text())
                .bind("modelId", spec.modelId())
                .bind("spec", ReplaySpecCodec.encode(spec))
                .bind("flinkJobId", wanted.submits() ? ReplayIds.flinkJobId(replayId) : null)
                .bindByType("afterVersion", wanted.afterVersion(), Long.class)
                .bind("requestedBy", wanted.requestedBy())
                .bind("requestHash", key == null ? null : key.requestHash())
                .execute();
        ReplayRun run = find(handle, ReplaySql.FIND, replayId).orElseThrow();
        audit(handle, wanted.requestedBy(), "replay.created", null, run);
        return new MadeReplay(run, false);
    }

    public Optional<ReplayRun> find(String replayId) {
        return jdbi.withHandle(handle -> find(handle, ReplaySql.FIND, replayId));
    }

    /** Those that a query finds, the newest first. */
    public List<ReplayRun> list(ReplayQuery query) {
        return jdbi.withHandle(handle -> handle.createQuery(ReplaySql.LIST)
                .bindByType(
                        "state", query.state() == null ? null : query.state().text(), String.class)
                .bindByType("kind", query.kind() == null ? null : query.kind().text(), String.class)
                .bindByType("modelId", query.modelId(), String.class)
                .bind("all", query.visible() == null)
                .bind(
                        "projects",
                        query.visible() == null
                                ? new String[0]
                                : query.visible().toArray(String[]::new))
                .bindByType("start", query.start(), Instant.class)
                .bindByType("end", query.end(), Instant.class)
                .bindByType("afterTime", query.afterTime(), Instant.class)
                .bindByType("afterId", query.afterId(), String.class)
                .bind("limit", query.limit())
                .map((row, context) -> ReplayRows.run(row))
                .list());
    }

    /** What each of these has done so far. */
    public Map<String, ReplaySummary> summaries(List<ReplayRun> runs) {
        List<ReplaySummary.Subtask> all = jdbi.withHandle(handle -> handle.createQuery(ReplaySql.SUBTASKS)
                .bind("replayIds", runs.stream().map(ReplayRun::replayId).toArray(String[]::new))
                .map((row, context) -> ReplayRows.subtask(row))
                .list());
        Map<String, List<ReplaySummary.Subtask>> byRun = all.stream()
                .collect(Collectors.groupingBy(subtask -> subtask.beat().replayId()));
        Map<String, ReplaySummary> summaries = new HashMap<>();
        runs.forEach(
                run -> summaries.put(run.replayId(), ReplaySummary.of(byRun.getOrDefault(run.replayId(), List.of()))));
        return summaries;
    }

    /** Whether a Flink job may run a replay. */
    public enum Claim {
        /** It may, and the replay is running; the same job may claim it as often as it starts. */
        GRANTED,
        /** Another job has claimed it, or will. */
        OF_ANOTHER,
        /** It has ended, or is to be cancelled. */
        ENDED,
        UNKNOWN
    }

    /** Asked by a job before it reads anything: of two jobs that were submitted for a replay one runs it. */
    public Claim claim(String replayId, String flinkJobId) {
        return jdbi.inTransaction(handle -> {
            int claimed = handle.createUpdate(ReplaySql.CLAIM)
                    .bind("replayId", replayId)
                    .bind("flinkJobId", flinkJobId)
                    .execute();
            if (claimed > 0) {
                return Claim.GRANTED;
            }
            return find(handle, ReplaySql.FIND, replayId)
                    .map(run -> run.state().isFinal() || run.cancelRequested() ? Claim.ENDED : Claim.OF_ANOTHER)
                    .orElse(Claim.UNKNOWN);
        });
    }

    /**
     * Ends one whose job has ended: as cancelled where that was asked for, else as said. Does nothing where it has ended or
     * is another job's.
     *
     * @param flinkJobId the job that has ended
     * @param state one that is final
     * @param error why it failed or was cancelled; null where it is complete
     * @return whether it ended with this
     */
    public boolean end(String replayId, String flinkJobId, ReplayState state, @Nullable String error) {
        return jdbi.withHandle(handle -> handle.createUpdate(ReplaySql.END)
                        .bind("replayId", replayId)
                        .bind("flinkJobId", flinkJobId)
                        .bind("state", state.text())
                        .bind("error", error)
                        .execute())
                > 0;
    }

    /** Notes what Flink says of its job. */
    public void flinkState(String replayId, String flinkState) {
        jdbi.useHandle(handle -> handle.createUpdate(ReplaySql.FLINK_STATE)
                .bind("replayId", replayId)
                .bind("flinkState", flinkState)
                .execute());
    }

    /**
     * What it waited for is in effect: it can be submitted.
     *
     * @param end when records that are still to be read were received at the latest
     */
    public void isInEffect(String replayId, Instant end) {
        jdbi.useHandle(handle -> handle.createUpdate(ReplaySql.IS_IN_EFFECT)
                .bind("replayId", replayId)
                .bind("end", end.toString())
                .execute());
    }

    /** Says why one is still waiting; null for no reason. */
    public void waits(String replayId, @Nullable String why) {
        jdbi.useHandle(handle -> handle.createUpdate(ReplaySql.WAITS)
                .bind("replayId", replayId)
                .bindByType("error", why, String.class)
                .execute());
    }

    /**
     * Asks for a replay to end. One that waits has then ended: no job can claim it any more. One that runs ends when its job
     * has stopped.
     *
     * @param actor who asks
     * @throws NotFound where there is none
     * @throws Conflict where it has ended
     */
    public ReplayRun requestCancel(String replayId, String actor) {
        return jdbi.inTransaction(handle -> {
            ReplayRun run = find(handle, ReplaySql.LOCK, replayId).orElseThrow(() -> NotFound.replay(replayId));
            if (run.state().isFinal()) {
                throw new Conflict("the replay is " + run.state().text() + ": there is nothing to cancel");
            }
            handle.createUpdate(ReplaySql.ASK_TO_CANCEL)
                    .bind("replayId", replayId)
                    .execute();
            ReplayRun now = find(handle, ReplaySql.FIND, replayId).orElseThrow();
            if (!run.cancelRequested()) {
                audit(handle, actor, "replay.cancel-requested", run, now);
            }
            return now;
        });
    }

    /** Those that wait or run, the oldest first. */
    public List<ReplayRun> open() {
        return jdbi.withHandle(handle -> handle.createQuery(ReplaySql.OPEN)
                .map((row, context) -> ReplayRows.run(row))
                .list());
    }

    /** Ends as failed what runs and of whose job nothing was heard since a time. */
    public int failSilent(Instant before, String error) {
        return jdbi.withHandle(handle -> handle.createUpdate(ReplaySql.FAIL_SILENT)
                .bind("before", before)
                .bind("error", error)
                .execute());
    }

    /** Forgets what ended before a time. */
    public int forget(Instant before) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(ReplaySql.FORGET).bind("before", before).execute());
    }

    /** Whether this process looks after open replays for so long; asked again before that has passed, it goes on. */
    public boolean watch(String owner, int seconds) {
        return jdbi.withHandle(handle -> handle.createUpdate(ReplaySql.WATCH)
                        .bind("owner", owner)
                        .bind("seconds", seconds)
                        .execute())
                > 0;
    }

    private static Optional<ReplayRun> find(Handle handle, String sql, String replayId) {
        return handle.createQuery(sql)
                .bind("replayId", replayId)
                .map((row, context) -> ReplayRows.run(row))
                .findOne();
    }

    private static Optional<ReplayRun> made(Handle handle, RequestKey key) {
        // Those who ask at the same time come one after the other; the lock goes with the transaction.
        handle.createQuery(ReplaySql.LOCK_ID)
                .bind("replayId", key.taskId())
                .mapTo(String.class)
                .one();
        byte[] hash = handle.createQuery(ReplaySql.REQUEST_HASH)
                .bind("replayId", key.taskId())
                .map((row, context) -> row.getBytes("request_hash"))
                .findOne()
                .orElse(null);
        if (hash != null && !Arrays.equals(hash, key.requestHash())) {
            throw new Invalid(
                    "Idempotency-Key",
                    "was used for another request, which made replay '" + key.taskId()
                            + "': send that again, or this one with a key of its own");
        }
        return hash == null ? Optional.empty() : find(handle, ReplaySql.FIND, key.taskId());
    }

    private static void audit(Handle handle, String actor, String action, @Nullable ReplayRun before, ReplayRun after) {
        String old = before == null ? null : ReplayJson.image(before);
        String modelId = after.modelId();
        if (modelId == null) {
            ControlLog.auditProject(handle, actor, action, ALL_PROJECTS, old, ReplayJson.image(after));
        } else {
            ControlLog.audit(handle, actor, action, modelId, old, ReplayJson.image(after));
        }
    }
}
