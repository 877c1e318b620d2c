package dev.inferencestore.storage.retention;

/**
 * One action is held open at the end of a transaction while another runs until it has ended or waits.
 *
 * @param held the one that is held open
 * @param stop where
 * @param other what runs meanwhile
 * @param decides what the other one waits for, if it does
 * @param outcome what is there in the end
 */
record Interleaving(Action held, Stop stop, Action other, Decides decides, Outcome outcome) {
    /** What orders the two. */
    enum Decides {
        FLOORS("the lock of the floors: the other waits"),
        KEY("the keys of the rows: the other waits"),
        TASK("the row of a task: the other waits"),
        CLAIM("the next claim, which asks again: nobody waits"),
        TASK_START("the start of the task, which asks what is held and stored: nobody waits"),
        NAMES("the look at the ids, which are gone: the other is refused");

        private final String text;

        Decides(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        boolean waits() {
            return this == FLOORS || this == KEY || this == TASK;
        }
    }

    /** What may be there in the end. */
    enum Outcome {
        HELD_FIRST("as if it had come first"),
        ONE_ORDER("as in one of the two orders, whole"),
        BY_CLAIM("what is claimed by then goes, each inference as in one of the two orders");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** As the test is called. */
    String test() {
        return held.text() + (held.isJob() ? ", at " + stop.text() : "") + ", meets " + other.text();
    }
}
