package dev.inferencestore.api.events;

import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.wire.SentEvent;
import dev.inferencestore.domain.wire.StructuredMode;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the events of a call, in whichever mode of CloudEvents over HTTP they are. */
final class PostedEvents {
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String JSON = "application/json";
    private static final String ANY_STRUCTURED = "application/cloudevents";
    /** Each has its own outcome in the answer, and nobody needs more in one call. */
    private static final int MOST = 10_000;

    private PostedEvents() {}

    /**
     * Refuses what cannot be events, before the body is read.
     *
     * @throws ProblemException 415
     */
    static void checkMode(Context call) {
        String encoding = call.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("the body is encoded as '" + encoding + "': send it as it is");
        }
        String type = mediaType(call);
        if (type.equals(STRUCTURED) || type.equals(BATCH)) {
            return;
        }
        if (type.startsWith(ANY_STRUCTURED)) {
            throw unsupported("'" + type + "' is not taken: send " + STRUCTURED + ", " + BATCH
                    + ", or the attributes as headers ce-…");
        }
        if (call.header("ce-specversion") == null && !type.equals(JSON)) {
            throw none();
        }
    }

    /**
     * The events, none of which breaks a rule.
     *
     * @throws ProblemException 400 or 422, with the event and the attribute that are to blame
     */
    static List<SentEvent> read(Context call, byte[] body) {
        String type = mediaType(call);
        try {
            if (type.equals(BATCH)) {
                List<SentEvent> events = StructuredMode.batch(body);
                checkBatch(events);
                return events;
            }
            if (call.header("ce-specversion") == null && type.equals(JSON)) {
                return List.of(bare(body));
            }
            boolean structured = type.equals(STRUCTURED);
            SentEvent event = structured ? StructuredMode.one(body) : binary(call, body);
            throwIfAny(EventRules.broken(event, structured ? "" : "ce-"));
            return List.of(event);
        } catch (BadEvent bad) {
            throw bad.failure() == Failure.JSON_INVALID
                    ? ProblemException.of(ProblemKind.UNREADABLE, bad.detail())
                    : ProblemException.invalid(List.of(new FieldError("body", bad.detail())));
        }
    }

    /** What ModelMesh posts: JSON without an envelope. It is decoded here, where its sender still hears what is wrong. */
    private static SentEvent bare(byte[] body) throws BadEvent {
        try {
            new Formats()
                    .begin(new RawEvent("", 0, 0, System.currentTimeMillis(), null, body, List.of()), null)
                    .decode();
        } catch (BadEvent bad) {
            if (bad.failure() == Failure.NOT_A_CLOUDEVENT) {
                throw none();
            }
            throw bad;
        }
        return new SentEvent(Map.of(), JSON, body);
    }

    private static SentEvent binary(Context call, byte[] body) {
        Map<String, String> attributes = HttpAttributes.of(call);
        String contentType = call.req().getContentType();
        return new SentEvent(attributes, contentType == null ? attributes.get("datacontenttype") : contentType, body);
    }

    private static void checkBatch(List<SentEvent> events) {
        if (events.size() > MOST) {
            throw ProblemException.of(
                    ProblemKind.TOO_LARGE,
                    "the batch has " + events.size() + " events; the most is " + MOST + ": send several");
        }
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < events.size() && errors.size() < 100; i++) {
            errors.addAll(EventRules.broken(events.get(i), "[" + i + "]."));
        }
        throwIfAny(errors);
    }

    private static void throwIfAny(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    private static String mediaType(Context call) {
        @Nullable String type = call.req().getContentType();
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static ProblemException none() {
        return unsupported(
                "this is no CloudEvent: send the attributes as headers (ce-specversion, ce-id, ce-source, ce-type)"
                        + " with the data as the body, a body of type " + STRUCTURED + " or " + BATCH
                        + ", or what ModelMesh posts as " + JSON);
    }

    private static ProblemException unsupported(String detail) {
        return ProblemException.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE, detail);
    }
}
