package dev.inferencestore.domain.failure;

/** An event that cannot be stored: becomes a dead letter. Carries no stack trace, since bad input is data. */
public final class BadEvent extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_DETAIL = 500;

    private final Failure failure;

    /**
     * Names what is wrong.
     *
     * @param detail the field and the rule; may quote the event, and is cut to 500 characters
     */
    public BadEvent(Failure failure, String detail) {
        super(detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL), null, false, false);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }

    /** What is wrong, with the field and the rule. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
