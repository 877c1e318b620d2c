package dev.inferencestore.local;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started so far, stopped in the reverse order. */
final class Running implements AutoCloseable {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;

    /** Takes a part that has just been started; fails when the run is already being stopped, and stops the part. */
    <T extends AutoCloseable> T add(T part) {
        if (!taken(part)) {
            stop(part);
            throw new IllegalStateException("The run is being stopped.");
        }
        return part;
    }

    /** Stops everything; what does not stop cleanly is named in the log and does not keep the others from stopping. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            stop(started.pop());
        }
    }

    private synchronized boolean taken(AutoCloseable part) {
        if (!closed) {
            started.push(part);
        }
        return !closed;
    }

    private static void stop(AutoCloseable part) {
        String name = part.getClass().getSimpleName();
        try {
            part.close();
            log().info("{} has stopped", name);
        } catch (Exception failure) {
            log().warn("{} did not stop cleanly", name, failure);
        }
    }

    /** Not a constant: this is there before it is known where the log goes. */
    private static Logger log() {
        return LoggerFactory.getLogger(Running.class);
    }
}
