package dev.inferencestore.api.replay;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.Replays;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after replays every few seconds, and at once where one was asked for or cancelled. */
public final class ReplayWatching implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayWatching.class);
    private static final long EVERY_SECONDS = 3;

    private final ReplayWatch watch;
    private final Duration retention;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread named = new Thread(task, "replays");
        named.setDaemon(true);
        return named;
    });

    private ReplayWatching(ReplayWatch watch, Duration retention) {
        this.watch = watch;
        this.retention = retention;
    }

    /** Where no Flink is configured it looks after those that were started on the command line. */
    public static ReplayWatching start(Settings settings, DataSource database) {
        Optional<URI> flink = settings.find(ReplayOptions.FLINK_URL);
        Submissions submissions = flink.isEmpty()
                ? null
                : new Submissions(
                        new FlinkRest(flink.get()),
                        Path.of(settings.get(ReplayOptions.JAR)),
                        settings.get(ReplayOptions.JOB_ARGUMENTS));
        ReplayWatch watch = new ReplayWatch(
                new Replays(database),
                new InEffect(database),
                submissions,
                settings.get(ReplayOptions.MOST_RUNNING),
                Clock.systemUTC());
        ReplayWatching watching = new ReplayWatching(watch, settings.get(ReplayOptions.RETENTION));
        var unused =
                watching.thread.scheduleWithFixedDelay(watching::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        unused = watching.thread.scheduleWithFixedDelay(watching::forget, 1, 60, TimeUnit.MINUTES);
        return watching;
    }

    /** Has it look now. */
    void wake() {
        execute(this::look);
    }

    /** Has it stop the job of a replay that was cancelled. */
    void stop(ReplayRun run) {
        execute(() -> watch.cancelJob(run));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("another process does what was asked for last", stopping);
        }
    }

    private void look() {
        try {
            watch.look();
        } catch (RuntimeException failure) {
            LOG.warn("replays cannot be looked after now: {}", failure.toString());
        }
    }

    private void forget() {
        try {
            watch.forget(retention);
        } catch (RuntimeException failure) {
            LOG.warn("old replays cannot be forgotten now: {}", failure.toString());
        }
    }
}
