package dev.inferencestore.domain.replay;

import java.io.Serializable;

/**
 * How fast stored inferences are sent.
 *
 * @param times of the speed at which they were made; infinite for as fast as it goes
 */
public record Pace(double times) implements Serializable {
    public static final Pace ORIGINAL = new Pace(1);
    public static final Pace FASTEST = new Pace(Double.POSITIVE_INFINITY);

    public Pace {
        if (!(times > 0)) {
            throw new IllegalArgumentException("a pace must be above 0: " + times);
        }
    }

    public boolean isFastest() {
        return Double.isInfinite(times);
    }

    /** How long what lay so far apart is to lie apart now. */
    public long apart(long micros) {
        return (long) (micros / times);
    }
}
