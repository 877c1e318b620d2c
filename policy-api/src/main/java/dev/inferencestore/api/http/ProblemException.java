package dev.inferencestore.api.http;

import java.util.List;

/** Thrown by a call to answer an error. The sender is to blame, so it is not logged. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemKind kind;
    private final transient List<FieldError> errors;

    private ProblemException(ProblemKind kind, String detail, List<FieldError> errors) {
        super(detail);
        this.kind = kind;
        this.errors = List.copyOf(errors);
    }

    public static ProblemException of(ProblemKind kind, String detail) {
        return new ProblemException(kind, detail, List.of());
    }

    /** With the parts of the request that it is about. */
    public static ProblemException of(ProblemKind kind, String detail, List<FieldError> errors) {
        return new ProblemException(kind, detail, errors);
    }

    /** Broken rules, all of them at once. */
    public static ProblemException invalid(List<FieldError> errors) {
        String first = errors.get(0).field() + " " + errors.get(0).rule();
        String detail = errors.size() == 1 ? first : errors.size() + " rules are broken; the first: " + first;
        return new ProblemException(ProblemKind.INVALID, detail, errors);
    }

    ProblemKind kind() {
        return kind;
    }

    List<FieldError> errors() {
        return errors;
    }
}
