package dev.inferencestore.api.replay;

import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.progress.InEffectSnapshot;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.replay.ReplaySummary;
import dev.inferencestore.storage.replay.Replays;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings replays and their Flink jobs together: submits what waits, ends what has ended there, cancels what is to be
 * cancelled. Everything it does may be done twice, so a process that dies in the middle, or two at once, do no harm; that
 * one does it at a time only saves work. For one thread.
 */
final class ReplayWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayWatch.class);
    private static final int LEASE_SECONDS = 30;
    /** A cluster that starts again may not know its jobs for a while. */
    private static final Duration UNKNOWN_TO_FLINK = Duration.ofMinutes(1);

    private static final Duration SILENT = Duration.ofHours(1);
    /** Clocks of those who send are not those of the store. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final Duration ENDS_BY_ITSELF = Duration.ofSeconds(15);

    /** When those that are to be cancelled were first seen so by this process. */
    private final Map<String, Instant> cancelling = new HashMap<>();

    private final String owner = UUID.randomUUID().toString();
    private final Replays replays;
    private final InEffect inEffect;
    private final @Nullable Submissions flink;
    private final int mostRunning;
    private final InstantSource clock;

    ReplayWatch(Replays replays, InEffect inEffect, @Nullable Submissions flink, int mostRunning, InstantSource clock) {
        this.replays = replays;
        this.inEffect = inEffect;
        this.flink = flink;
        this.mostRunning = mostRunning;
        this.clock = clock;
    }

    /** One look at everything that is open. */
    void look() {
        if (replays.open().isEmpty() || !replays.watch(owner, LEASE_SECONDS)) {
            return;
        }
        int silent = replays.failSilent(
                clock.instant().minus(SILENT), "nothing was heard of its job for " + SILENT.toHours() + " h");
        if (silent > 0) {
            LOG.warn("{} replays have failed, since nothing was heard of their jobs", silent);
        }
        if (flink != null) {
            look(flink, replays.open().stream().filter(ReplayRun::isSubmitted).toList());
        }
    }

    /** Forgets what ended long ago. */
    void forget(Duration age) {
        int forgotten = replays.forget(clock.instant().minus(age));
        LOG.debug("{} replays were forgotten", forgotten);
    }

    /** Cancels the job of one that ended before it was claimed, in case there is a job already. */
    void cancelJob(ReplayRun run) {
        if (flink != null && run.isSubmitted()) {
            try {
                flink.cancel(run);
            } catch (FlinkException failure) {
                LOG.info(
                        "the job of replay {} was not cancelled, and ends by itself: {}",
                        run.replayId(),
                        failure.getMessage());
            }
        }
    }

    /** Those that run first, since they take the places that others wait for. */
    private void look(Submissions cluster, List<ReplayRun> runs) {
        List<ReplayRun> waiting = new ArrayList<>();
        int running = 0;
        try {
            for (ReplayRun run : runs) {
                Optional<FlinkJob> job = cluster.job(run);
                if (job.isPresent()) {
                    replays.flinkState(run.replayId(), job.get().state());
                    running += follow(cluster, run, job.get()) ? 1 : 0;
                } else if (run.state() == ReplayState.PENDING) {
                    waiting.add(run);
                } else {
                    running += isGivenUp(run) ? 0 : 1;
                }
            }
            for (ReplayRun run : waiting) {
                running += isSubmitted(cluster, run, running < mostRunning) ? 1 : 0;
            }
        } catch (FlinkException unreachable) {
            LOG.warn("{}", unreachable.getMessage());
            runs.forEach(run -> replays.waits(run.replayId(), unreachable.getMessage()));
        }
    }

    /** Follows a job; returns whether it takes a place among those that run. */
    private boolean follow(Submissions cluster, ReplayRun run, FlinkJob job) {
        if (!job.hasEnded()) {
            if (run.cancelRequested() && isOverdue(run)) {
                cluster.cancel(run);
            }
            return true;
        }
        if (job.state().equals(FlinkJob.CANCELED)) {
            end(run, ReplayState.CANCELLED, "its Flink job was cancelled");
        } else if (job.state().equals(FlinkJob.FAILED)) {
            end(run, ReplayState.FAILED, job.cause());
        } else if (run.state() == ReplayState.PENDING) {
            // Claimed and ended since it was read, or else never claimed.
            replays.find(run.replayId())
                    .filter(now -> now.state() == ReplayState.PENDING)
                    .ifPresent(now -> end(now, ReplayState.FAILED, "its Flink job ended without having begun"));
        } else {
            end(run, ReplayState.COMPLETE, null);
        }
        cancelling.remove(run.replayId());
        return false;
    }

    /** A job that runs ends by itself, with all that it has counted, when it is asked to; one that cannot is cancelled. */
    private boolean isOverdue(ReplayRun run) {
        Instant now = clock.instant();
        return cancelling.computeIfAbsent(run.replayId(), first -> now).isBefore(now.minus(ENDS_BY_ITSELF));
    }

    private boolean isSubmitted(Submissions cluster, ReplayRun run, boolean room) {
        String waits = room ? waitsFor(run) : "as many replays as may run at once are running";
        if (waits != null) {
            replays.waits(run.replayId(), waits);
            return false;
        }
        try {
            cluster.submit(run);
        } catch (FlinkException failure) {
            if (failure.isPassing()) {
                throw failure;
            }
            // Another process may have been first, or an answer was lost.
            if (cluster.job(run).isEmpty()) {
                end(run, ReplayState.FAILED, failure.getMessage());
                return false;
            }
        }
        replays.waits(run.replayId(), null);
        LOG.info("replay {} was submitted to Flink", run.replayId());
        return true;
    }

    /** Why it cannot be submitted yet; null where it can. */
    private @Nullable String waitsFor(ReplayRun run) {
        Long version = run.afterVersion();
        if (version == null) {
            return null;
        }
        InEffectSnapshot snapshot = inEffect.read();
        var state = snapshot.of(version, true);
        // A job that is not running reads the registry when it starts, and the events from where it ended.
        if (!state.inEffect() && snapshot.hasLiveJob()) {
            return "the switch is not in effect: " + state.reason();
        }
        replays.isInEffect(run.replayId(), clock.instant().plus(MARGIN));
        return null;
    }

    /** Ends one that runs, and that Flink knows nothing of, once nothing was heard of it for a while. */
    private boolean isGivenUp(ReplayRun run) {
        Map<String, ReplaySummary> summaries = replays.summaries(List.of(run));
        ReplaySummary summary = summaries.get(run.replayId());
        Instant heardAt = summary == null ? null : summary.heardAt();
        Instant last = heardAt == null ? run.startedAt() : heardAt;
        boolean givenUp = last != null && last.isBefore(clock.instant().minus(UNKNOWN_TO_FLINK));
        if (givenUp) {
            end(run, ReplayState.FAILED, "Flink no longer knows its job, as after a restart without high availability");
        }
        return givenUp;
    }

    private void end(ReplayRun run, ReplayState state, @Nullable String error) {
        String jobId = run.flinkJobId();
        if (jobId != null && replays.end(run.replayId(), jobId, state, error)) {
            LOG.info("replay {} has ended as {}: {}", run.replayId(), state.text(), error);
        }
    }
}
