package dev.inferencestore.api.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplaySummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replay as calls show it.
 *
 * @param spec what was asked for
 * @param summary what it has done so far: {@link Stored} or {@link Sent}
 */
record ReplayView(
        String id,
        String kind,
        @Nullable String modelId,
        @Nullable String projectId,
        String state,
        @Nullable String error,
        boolean cancelRequested,
        ObjectNode spec,
        Progress progress,
        Object summary,
        Flink flink,
        String requestedBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** One page of replays. */
    record Page(List<ReplayView> items, @Nullable String nextCursor) {}

    /** How much is read of what there is to read: offsets of topics, or bytes of files. */
    record Progress(
            long done, @Nullable Long total, @Nullable Instant heardAt) {}

    /** The job that runs it, and how Flink said last that it is; null where that is out of date. */
    record Flink(@Nullable String jobId, @Nullable String state) {}

    /** What became of events that were read, and of the rows of those that were accepted. */
    record Stored(
            long read,
            long accepted,
            Map<String, Long> turnedAway,
            Map<String, Long> deadLettered,
            long stored,
            long alreadyThere,
            Map<String, Long> refused,
            long conflicting,
            long withoutInput) {}

    /** What became of stored inferences. */
    record Sent(long sent, long inputExpired, Map<String, Long> skipped) {}

    static ReplayView of(ReplayRun run, ReplaySummary summary) {
        return new ReplayView(
                run.replayId(),
                run.kind().text(),
                run.modelId(),
                run.projectId(),
                run.state().text(),
                run.error(),
                run.cancelRequested(),
                ReplaySpecCodec.json(run.spec()),
                new Progress(summary.done(), summary.total(), summary.heardAt()),
                run.kind() == ReplayKind.REPLAY ? stored(summary) : sent(summary),
                new Flink(run.flinkJobId(), flinkState(run)),
                run.requestedBy(),
                run.createdAt(),
                run.startedAt(),
                run.finishedAt());
    }

    /** The last subtask ends the replay before Flink ends the job, and of what has ended nobody asks any more. */
    private static @Nullable String flinkState(ReplayRun run) {
        String state = run.flinkState();
        return state == null || (run.finishedAt() != null && !FlinkJob.isEnd(state)) ? null : state;
    }

    private static Stored stored(ReplaySummary summary) {
        return new Stored(
                summary.sum(ReplaySummary.READ),
                summary.sum(ReplaySummary.ACCEPTED),
                summary.byReason(ReplaySummary.TURNED_AWAY),
                summary.byReason(ReplaySummary.DEAD_LETTERED),
                summary.sum(ReplaySummary.INSERTED),
                summary.sum(ReplaySummary.ALREADY_THERE),
                summary.byReason(ReplaySummary.REFUSED),
                summary.sum(ReplaySummary.CONFLICTING),
                summary.sum(ReplaySummary.WITHOUT_INPUT));
    }

    private static Sent sent(ReplaySummary summary) {
        return new Sent(
                summary.sum(ReplaySummary.SENT),
                summary.sum(ReplaySummary.INPUT_EXPIRED),
                summary.byReason(ReplaySummary.SKIPPED));
    }
}
