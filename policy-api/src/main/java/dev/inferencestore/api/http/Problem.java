package dev.inferencestore.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error as clients see it (RFC 9457), with the fields that are to blame. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        String instance,
        String requestId,
        List<FieldError> errors) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemKind kind, @Nullable String detail, String instance, List<FieldError> errors) {
        return new Problem(kind.type(), kind.title(), kind.status(), detail, instance, "", errors);
    }

    /** For errors that the server library finds before any call is reached. */
    static Problem ofStatus(int status, String title, String instance) {
        return new Problem("about:blank", title, status, null, instance, "", List.of());
    }

    /** With the id by which the call is found in logs. */
    Problem of(String id) {
        return new Problem(type, title, status, detail, instance, id, errors);
    }
}
