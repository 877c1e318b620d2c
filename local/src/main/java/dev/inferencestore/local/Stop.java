package dev.inferencestore.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the run when the process is told to, as by Ctrl-C, also while it is still starting. */
final class Stop {
    private static final Duration PATIENCE_WITH_START = Duration.ofSeconds(8);
    /** PostgreSQL ends with the JVM anyway, so nothing is left behind. */
    private static final Duration LONGEST = Duration.ofSeconds(18);

    private static final int TOLD_TO = 130;
    private static final AtomicBoolean UNDER_WAY = new AtomicBoolean();

    private Stop() {}

    static void whenTold(Running running, CountDownLatch startEnded) {
        Thread starter = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, startEnded, starter), "stop"));
    }

    static boolean isUnderWay() {
        return UNDER_WAY.get();
    }

    /** Waits for the end of the process. */
    static void await() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Running running, CountDownLatch startEnded, Thread starter) {
        UNDER_WAY.set(true);
        haltLater();
        if (startEnded.getCount() > 0) {
            starter.interrupt();
            awaitQuietly(startEnded);
        }
        running.close();
    }

    private static void awaitQuietly(CountDownLatch startEnded) {
        try {
            startEnded.await(PATIENCE_WITH_START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void haltLater() {
        Thread last = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(LONGEST.toMillis());
                        System.err.println("Not all has stopped after " + LONGEST.toSeconds() + " s: ending now.");
                        Runtime.getRuntime().halt(TOLD_TO);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "halt");
        last.setDaemon(true);
        last.start();
    }
}
