package dev.inferencestore.api.operations;

import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** How the process leaves: not ready, but as before for a while; then no new calls, while those at hand are answered. */
public final class Stopping {
    private final Duration delay;
    private final Duration timeout;
    private final List<Runnable> ends = new ArrayList<>();
    private volatile boolean begun;

    /**
     * Goes on for now.
     *
     * @param delay for how long calls are still taken once it begins
     * @param timeout how long calls at hand may take after that
     */
    public Stopping(Duration delay, Duration timeout) {
        this.delay = delay;
        this.timeout = timeout;
    }

    public void addTo(JavalinConfig server) {
        server.jetty.modifyServer(jetty -> {
            jetty.insertHandler(new GracefulHandler());
            jetty.setStopTimeout(timeout.toMillis());
        });
    }

    /** What to do before calls at hand are waited for: end what they wait for themselves. */
    public void ends(Runnable wait) {
        ends.add(wait);
    }

    public boolean hasBegun() {
        return begun;
    }

    /** Says that it stops, and returns when the server may. */
    public void begin() {
        begun = true;
        try {
            // Nobody counts it down: a wait that an interrupt ends.
            new CountDownLatch(1).await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        ends.forEach(Runnable::run);
    }
}
