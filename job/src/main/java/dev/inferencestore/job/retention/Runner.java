package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.Planner;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one subtask. One asks what is due of the models that were woken, and looks a few times a second for
 * tasks that wait; the others each work on a model. Any number of runners may do so: a due time makes one task, and a
 * lease says who works on a model.
 */
final class Runner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int MODELS_A_THREAD = 8;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Planner planner;
    private final Visits visits;
    private final Share share;
    private final Clock clock;
    private final Woken woken = new Woken();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stop;
    private final Thread dispatcher;
    private final ScheduledExecutorService workers;

    /**
     * Which models' tasks one subtask looks for, so that they do not all look for the same.
     *
     * @param threads how many models are worked on at once
     */
    record Share(int subtask, int subtasks, int threads) {}

    /**
     * Makes the threads.
     *
     * @param stop is counted down here, and heeded by the visits
     */
    Runner(Planner planner, Visits visits, Share share, Clock clock, CountDownLatch stop) {
        this.planner = planner;
        this.visits = visits;
        this.share = share;
        this.clock = clock;
        this.stop = stop;
        dispatcher = daemon(this::dispatch, "retention-due");
        workers = Executors.newScheduledThreadPool(share.threads(), work -> daemon(work, "retention-run"));
    }

    void start() {
        dispatcher.start();
    }

    /** From the task thread; never waits. */
    void wake(Wake wake) {
        woken.add(wake);
    }

    /** Leaves what is under way where it is: whoever comes next goes on. */
    @Override
    public void close() {
        stop.countDown();
        dispatcher.interrupt();
        workers.shutdownNow();
        try {
            dispatcher.join(STOP_PATIENCE.toMillis());
            if (!workers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a retention run does not stop; another goes on with it when its lease is over");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        visits.close();
    }

    private void dispatch() {
        while (stop.getCount() > 0) {
            try {
                Woken.Batch batch = woken.await(LOOK_EVERY_MILLIS);
                if (!batch.evaluate().isEmpty()) {
                    plan(batch);
                }
                batch.visit().forEach(this::visitLater);
                planner.modelsWithTasks(share.subtask(), share.subtasks(), MODELS_A_THREAD * share.threads())
                        .forEach(this::visitLater);
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("which tasks wait is asked again: {}", failed.getMessage());
                LOG.debug("the database did not say which tasks wait", failed);
                pause();
            }
        }
    }

    private void plan(Woken.Batch batch) {
        try {
            int made = planner.plan(batch.evaluate(), clock.millis() * 1000);
            LOG.debug("{} models evaluated, {} tasks made", batch.evaluate().size(), made);
        } catch (RuntimeException failed) {
            // What waits already is worked on meanwhile.
            LOG.warn("what is due is asked again: {}", failed.getMessage());
            LOG.debug("policies were not evaluated", failed);
            woken.again(batch);
            pause();
        }
    }

    private void visitLater(String modelId) {
        if (stop.getCount() > 0 && busy.add(modelId)) {
            Visits.Visit visit = visits.visit(modelId);
            workers.execute(() -> attempt(modelId, visit));
        }
    }

    private void attempt(String modelId, Visits.Visit visit) {
        Optional<Duration> again = Optional.empty();
        try {
            again = visits.attempt(visit);
        } finally {
            // Also after an error: the model would never be looked at again here.
            if (again.isEmpty() || stop.getCount() == 0) {
                busy.remove(modelId);
            }
        }
        if (again.isPresent() && stop.getCount() > 0) {
            var unused =
                    workers.schedule(() -> attempt(modelId, visit), again.get().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void pause() {
        try {
            if (stop.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("stopping");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
