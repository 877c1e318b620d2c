package dev.inferencestore.api.events;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that wait for Kafka, bounded so that a Kafka that does not answer cannot fill the heap. */
final class InFlight {
    /** What an event costs beside its body: headers, objects, the connection. */
    private static final long LEAST = 4096;

    private final long most;
    private final AtomicLong bytes = new AtomicLong();

    InFlight(long most) {
        this.most = most;
    }

    /**
     * Takes room for a body, if there is any.
     *
     * @return what to give back; 0 where there is no room
     */
    long take(long body) {
        long wanted = Math.max(body, LEAST);
        while (true) {
            long now = bytes.get();
            // The first of all has room, however large: the limit of a body is checked elsewhere.
            if (now > 0 && now + wanted > most) {
                return 0;
            }
            if (bytes.compareAndSet(now, now + wanted)) {
                return wanted;
            }
        }
    }

    void giveBack(long taken) {
        bytes.addAndGet(-taken);
    }

    long bytes() {
        return bytes.get();
    }
}
