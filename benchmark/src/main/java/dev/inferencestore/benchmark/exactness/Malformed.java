package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with an event, each with the code that its dead letter must carry. */
enum Malformed {
    TRUNCATED(Failure.JSON_INVALID),
    UNKNOWN_FIELD(Failure.FIELD_UNKNOWN),
    BAD_BASE64(Failure.FIELD_INVALID),
    INPUT_GIVEN_TWICE(Failure.FIELD_INVALID),
    EMPTY_INPUT(Failure.FIELD_MISSING),
    NUL_IN_ID(Failure.TEXT_INVALID),
    HALF_A_CHARACTER(Failure.TEXT_INVALID),
    LONG_ID(Failure.FIELD_TOO_LONG),
    YEAR_100000(Failure.TIME_INVALID),
    BEFORE_1970(Failure.TIME_INVALID),
    IN_THE_FUTURE(Failure.TIME_IN_FUTURE),
    UNKNOWN_TYPE(Failure.TYPE_UNKNOWN),
    NO_CLOUDEVENT(Failure.NOT_A_CLOUDEVENT),
    NO_SOURCE(Failure.ENVELOPE_INVALID),
    NO_MODEL(Failure.MODEL_MISSING),
    OTHER_MODEL(Failure.MODEL_CONFLICT),
    HUGE_NUMBER(Failure.METADATA_INVALID),
    DEEP_METADATA(Failure.METADATA_INVALID),
    DEEP_OUTPUT(Failure.JSON_INVALID),
    FIELD_GIVEN_TWICE(Failure.FIELD_INVALID),
    NOT_UTF8(Failure.JSON_INVALID);

    private final Failure failure;

    Malformed(Failure failure) {
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }

    /**
     * The event, whose value no other event of the load has.
     *
     * @param inference what it would hold if nothing were wrong
     */
    RawEvent event(Plan plan, Slot slot, Inference inference) {
        return switch (this) {
            case TRUNCATED -> Wire.whole(slot, inference, false);
            case UNKNOWN_FIELD -> body(slot, "\"inputs\":{\"data\":1}");
            case BAD_BASE64 -> body(slot, "\"input\":{\"data_base64\":\"a§b\"}");
            case INPUT_GIVEN_TWICE -> body(slot, "\"input\":{\"data\":1,\"data_base64\":\"AAAA\"}");
            case EMPTY_INPUT -> body(slot, "\"input\":{}");
            case NUL_IN_ID -> body(slot, "\"inference_id\":\"a\\u0000b\"");
            case HALF_A_CHARACTER -> body(slot, "\"action\":\"\\ud800\"");
            case LONG_ID -> body(slot, "\"inference_id\":\"" + "ü".repeat(129) + "\"");
            case YEAR_100000 -> body(slot, "\"created_at\":\"+100000-01-01T00:00:00Z\"");
            case BEFORE_1970 -> body(slot, "\"created_at\":\"1969-12-31T23:59:59Z\"");
            case IN_THE_FUTURE -> body(slot, "\"created_at\":\"" + farAhead(plan) + "\"");
            case UNKNOWN_TYPE -> Wire.binary(slot, Wire.TYPE + ".other", Wire.utf8("{\"n\":" + slot.index() + "}"));
            case NO_CLOUDEVENT -> without(slot, "ce_");
            case NO_SOURCE -> without(slot, "ce_source");
            case NO_MODEL -> noModel(slot);
            case OTHER_MODEL -> body(slot, "\"model_id\":\"another\"");
            case HUGE_NUMBER -> body(slot, "\"metadata\":{\"n\":1e200000}");
            case DEEP_METADATA -> body(slot, "\"metadata\":{\"n\":" + nested(40) + "}");
            case DEEP_OUTPUT -> body(slot, "\"output\":" + nested(20_000));
            case FIELD_GIVEN_TWICE -> body(slot, "\"action\":\"a\",\"action\":\"b\"");
            case NOT_UTF8 -> notUtf8(slot);
        };
    }

    /** Far enough that a second sending, months later, still finds it ahead. */
    private static Instant farAhead(Plan plan) {
        return Instant.ofEpochMilli(plan.baseTime()).plus(Duration.ofDays(4000));
    }

    private static RawEvent body(Slot slot, String fields) {
        return Wire.binary(slot, Wire.TYPE, json(slot, fields));
    }

    private static byte[] json(Slot slot, String fields) {
        return Wire.utf8("{" + fields + ",\"output\":" + slot.index() + "}");
    }

    private static RawEvent notUtf8(Slot slot) {
        byte[] json = json(slot, "\"action\":\"?\"");
        json["{\"action\":\"".length()] = (byte) 0xff;
        return Wire.binary(slot, Wire.TYPE, json);
    }

    private static RawEvent without(Slot slot, String prefix) {
        RawEvent event = body(slot, "\"action\":\"a\"");
        List<EventHeader> headers = new ArrayList<>(event.headers());
        headers.removeIf(header -> header.name().startsWith(prefix));
        return Wire.record(slot, slot.model(), json(slot, "\"action\":\"a\""), headers);
    }

    private static RawEvent noModel(Slot slot) {
        List<EventHeader> headers =
                new ArrayList<>(body(slot, "\"action\":\"a\"").headers());
        headers.removeIf(header -> header.name().equals("ce_modelid"));
        return Wire.record(slot, "no model id!", json(slot, "\"action\":\"a\""), headers);
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }
}
