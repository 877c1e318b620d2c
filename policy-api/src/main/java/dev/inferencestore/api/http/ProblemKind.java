package dev.inferencestore.api.http;

/** Every kind of error that a call can answer, each with a type that clients can rely on. */
public enum ProblemKind {
    UNREADABLE(400, "unreadable", "The request cannot be read"),
    UNAUTHENTICATED(401, "unauthenticated", "The call has no token that is taken"),
    FORBIDDEN(403, "forbidden", "The caller may not do this"),
    LINK_NOT_VALID(403, "link-not-valid", "The link is not valid, or not any more"),
    UNKNOWN_PATH(404, "unknown-path", "There is no such path"),
    UNKNOWN_MODEL(404, "unknown-model", "The model is not registered"),
    NO_RETENTION_POLICY(404, "no-retention-policy", "The model has no such retention policy"),
    UNKNOWN_TASK(404, "unknown-task", "The model has no such retention task"),
    UNKNOWN_HOLD(404, "unknown-hold", "The model has no such hold"),
    UNKNOWN_INFERENCE(404, "unknown-inference", "The model has no such inference"),
    UNKNOWN_DEAD_LETTER(404, "unknown-dead-letter", "There is no such dead letter"),
    NO_SETTING(404, "no-setting", "The project has no such setting"),
    UNKNOWN_TOKEN(404, "unknown-token", "There is no such token"),
    UNKNOWN_GRANT(404, "unknown-grant", "There is no such grant"),
    UNKNOWN_REPLAY(404, "unknown-replay", "There is no such replay"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The path does not take this method"),
    CONFLICT(409, "conflict", "It does not go together with what there is"),
    NO_FLINK(409, "no-flink", "There is no Flink to submit to"),
    INPUT_GONE(410, "input-gone", "The input is not stored any more"),
    STALE_VERSION(412, "stale-version", "It was changed since you read it"),
    TOO_LARGE(413, "too-large", "The body is too large"),
    URI_TOO_LONG(414, "uri-too-long", "The URI is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The body is not JSON"),
    RANGE_NOT_SATISFIABLE(416, "range-not-satisfiable", "There are no such bytes"),
    INVALID(422, "invalid", "The request breaks a rule"),
    TOO_MANY_CALLS(429, "too-many-calls", "The caller calls too often"),
    HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
    INTERNAL(500, "internal", "The server failed"),
    UNAVAILABLE(503, "unavailable", "Something that the server needs is not available");

    private final int status;
    private final String slug;
    private final String title;

    ProblemKind(int status, String slug, String title) {
        this.status = status;
        this.slug = slug;
        this.title = title;
    }

    public int status() {
        return status;
    }

    /** Its name in {@link #type}. */
    public String slug() {
        return slug;
    }

    public String type() {
        return "urn:inference-store:problem:" + slug();
    }

    public String title() {
        return title;
    }
}
