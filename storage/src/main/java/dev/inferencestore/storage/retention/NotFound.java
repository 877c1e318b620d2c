package dev.inferencestore.storage.retention;

/** What a call names is not there. */
public final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is missing. */
    public enum What {
        MODEL,
        POLICY,
        TASK
    }

    private final What what;

    NotFound(What what, String message) {
        super(message);
        this.what = what;
    }

    public What what() {
        return what;
    }

    static NotFound model(String modelId) {
        return new NotFound(
                What.MODEL, "no model '" + modelId + "' is registered: register it with PUT /api/v1/models/{model_id}");
    }

    static NotFound policy(String modelId) {
        return new NotFound(
                What.POLICY,
                "model '" + modelId + "' has no retention policy: set one with PUT"
                        + " /api/v1/models/{model_id}/retention-policy");
    }

    static NotFound task(String modelId, String taskId) {
        return new NotFound(What.TASK, "model '" + modelId + "' has no retention task '" + taskId + "'");
    }
}
