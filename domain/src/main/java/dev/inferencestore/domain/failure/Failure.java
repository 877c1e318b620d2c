package dev.inferencestore.domain.failure;

import java.util.Locale;

/** Why an event is a dead letter. Each is listed in {@code docs/formats.md} with what to do about it. */
public enum Failure {
    NOT_A_CLOUDEVENT(Blame.SENDER, "neither ce_ headers nor a structured CloudEvent"),
    ENVELOPE_INVALID(Blame.SENDER, "a CloudEvent attribute is missing or breaks its rule"),
    TYPE_UNKNOWN(Blame.SENDER, "no decoder takes events of this type"),
    EVENT_TOO_LARGE(Blame.SENDER, "larger than the largest event that is taken"),
    MODEL_MISSING(Blame.SENDER, "nothing in the event names a model"),
    MODEL_CONFLICT(Blame.SENDER, "header and body name different models"),
    JSON_INVALID(Blame.SENDER, "the body is not JSON in UTF-8"),
    FIELD_UNKNOWN(Blame.SENDER, "the body has a field that its format does not have"),
    FIELD_MISSING(Blame.SENDER, "a field that must be there is not"),
    FIELD_INVALID(Blame.SENDER, "a field has the wrong type or breaks its rule"),
    FIELD_TOO_LONG(Blame.SENDER, "a field is longer than its limit"),
    TEXT_INVALID(Blame.SENDER, "text holds a NUL or half a character"),
    METADATA_INVALID(Blame.SENDER, "metadata breaks a limit on size, depth, numbers or keys"),
    TIME_INVALID(Blame.SENDER, "a time cannot be read or lies outside 1970 to 2199"),
    TIME_IN_FUTURE(Blame.SENDER, "created more than an hour after Kafka received it, or after its file is read"),
    FILE_BROKEN(Blame.SENDER, "the rest of a file cannot be read"),
    INTERNAL(Blame.BUG, "the decoder itself failed");

    private final Blame blame;
    private final String sentence;

    Failure(Blame blame, String sentence) {
        this.blame = blame;
        this.sentence = sentence;
    }

    /** As it appears in headers, tables and answers. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Blame blame() {
        return blame;
    }

    public String sentence() {
        return sentence;
    }
}
