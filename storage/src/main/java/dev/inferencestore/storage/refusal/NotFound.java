package dev.inferencestore.storage.refusal;

import dev.inferencestore.domain.event.EventTime;

/** What a call names is not there. */
public final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is missing. */
    public enum What {
        MODEL,
        POLICY,
        TASK,
        HOLD,
        INFERENCE,
        SETTING,
        TOKEN,
        GRANT,
        REPLAY
    }

    private final What what;

    public NotFound(What what, String message) {
        super(message);
        this.what = what;
    }

    public What what() {
        return what;
    }

    public static NotFound model(String modelId) {
        return new NotFound(
                What.MODEL, "no model '" + modelId + "' is registered: register it with PUT /api/v1/models/{model_id}");
    }

    public static NotFound policy(String modelId) {
        return new NotFound(
                What.POLICY,
                "model '" + modelId + "' has no retention policy: set one with PUT"
                        + " /api/v1/models/{model_id}/retention-policy");
    }

    public static NotFound task(String modelId, String taskId) {
        return new NotFound(What.TASK, "model '" + modelId + "' has no retention task '" + taskId + "'");
    }

    public static NotFound hold(String modelId, String holdId) {
        return new NotFound(What.HOLD, "model '" + modelId + "' has no hold '" + holdId + "'");
    }

    public static NotFound replay(String replayId) {
        return new NotFound(What.REPLAY, "there is no replay '" + replayId + "'");
    }

    public static NotFound inference(String modelId, String inferenceId) {
        return new NotFound(What.INFERENCE, "model '" + modelId + "' has no inference '" + inferenceId + "'");
    }

    /**
     * An inference that was erased.
     *
     * @param erasedAt event time in microseconds up to which it is gone
     */
    public static NotFound erased(String modelId, String inferenceId, long erasedAt) {
        return new NotFound(
                What.INFERENCE,
                "inference '" + inferenceId + "' of model '" + modelId
                        + "' was erased on request, with all that it said up to "
                        + EventTime.instant(erasedAt));
    }
}
