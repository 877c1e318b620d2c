package dev.inferencestore.job.time;

import org.apache.flink.api.common.operators.ProcessingTimeService;

/** Runs something on the task thread after a while, by processing time. */
public final class Timers {
    private Timers() {}

    /** What a timer does; a failure fails the task. */
    public interface Action {
        void run() throws Exception;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task fails when the action does; nobody waits for it
    public static void after(ProcessingTimeService time, long millis, Action action) {
        time.registerTimer(time.getCurrentProcessingTime() + millis, timestamp -> action.run());
    }
}
