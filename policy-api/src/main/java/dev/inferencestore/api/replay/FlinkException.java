package dev.inferencestore.api.replay;

/** Flink did not do what it was asked; the message says why in one line. */
final class FlinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private FlinkException(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    static FlinkException refused(String why) {
        return new FlinkException(why, false);
    }

    static FlinkException unreachable(String why) {
        return new FlinkException("Flink cannot be reached: " + why, true);
    }

    /** Whether asking again later may help. */
    boolean isPassing() {
        return passing;
    }
}
