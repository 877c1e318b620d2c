package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.replay.Pace;
import java.time.Clock;

/** When what is stored is to be sent: as far apart as it was made, or so many times closer. For one thread. */
final class Timing {
    private final Pace pace;
    private final Clock clock;
    private long begunAt;
    private long firstAt;
    private boolean begun;

    Timing(Pace pace, Clock clock) {
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * How long to wait, in milliseconds; the first one that is asked about is sent at once, and what is late too.
     *
     * @param at event time in microseconds
     */
    long untilDue(long at) {
        if (pace.isFastest()) {
            return 0;
        }
        long now = clock.millis();
        if (!begun) {
            begun = true;
            begunAt = now;
            firstAt = at;
        }
        return Math.max(0, begunAt + pace.apart(at - firstAt) / 1000 - now);
    }
}
