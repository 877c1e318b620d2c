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
    static Problem early(int status, String phrase, String instance) {
        ProblemKind kind =
                switch (status) {
                    case 400 -> ProblemKind.UNREADABLE;
                    case 404 -> ProblemKind.UNKNOWN_PATH;
                    case 413 -> ProblemKind.TOO_LARGE;
                    case 414 -> ProblemKind.URI_TOO_LONG;
                    case 431 -> ProblemKind.HEADERS_TOO_LARGE;
                    case 500 -> ProblemKind.INTERNAL;
                    case 503 -> ProblemKind.UNAVAILABLE;
                    default -> null;
                };
        // Not what the library says of it: that names its classes.
        return kind == null
                ? new Problem(
                        "about:blank",
                        phrase,
                        status,
                        "the server does not take such requests",
                        instance,
                        "",
                        List.of())
                : of(kind, "the request was given up before any call was reached", instance, List.of());
    }

    /** With the id by which the call is found in logs. */
    Problem of(String id) {
        return new Problem(type, title, status, detail, instance, id, errors);
    }
}
