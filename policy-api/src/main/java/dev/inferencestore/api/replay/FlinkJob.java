package dev.inferencestore.api.replay;

import org.jspecify.annotations.Nullable;

/**
 * A job as Flink knows it.
 *
 * @param state as Flink says it, such as {@code RUNNING}
 * @param cause why it failed, in one line; null where it did not, or Flink does not say
 */
record FlinkJob(String state, @Nullable String cause) {
    static final String FINISHED = "FINISHED";
    static final String FAILED = "FAILED";
    static final String CANCELED = "CANCELED";

    boolean hasEnded() {
        return isEnd(state);
    }

    static boolean isEnd(String state) {
        return state.equals(FINISHED) || state.equals(FAILED) || state.equals(CANCELED);
    }
}
