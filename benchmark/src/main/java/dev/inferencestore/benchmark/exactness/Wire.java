package dev.inferencestore.benchmark.exactness;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.RawEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes inferences as the own format's Kafka records, each in one of the ways that the format allows. */
final class Wire {
    static final String TOPIC = "inference-store.inferences";
    static final String TYPE = "dev.inferencestore.inference";

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final byte[] NOTHING = {};

    private Wire() {}

    static RawEvent event(Slot slot, Inference inference) {
        return switch (slot.shape()) {
            case REQUEST -> half(slot, inference, "request", inference.input());
            case RESPONSE -> half(slot, inference, "response", inference.output());
            case STRUCTURED -> structured(slot, inference);
            default -> whole(slot, inference, true);
        };
    }

    /**
     * A whole inference in binary mode.
     *
     * @param closed false leaves the last brace of the body off
     */
    static RawEvent whole(Slot slot, Inference inference, boolean closed) {
        // By turns the body says all, or headers do, or the key names the model.
        int turn = slot.index() % 3;
        List<EventHeader> headers = headers(TYPE, turn == 0 ? "envelope-" + slot.index() : slot.inferenceId());
        if (turn == 1) {
            add(headers, "ce_modelid", slot.model());
            add(headers, "ce_time", time(slot));
        }
        add(headers, "content-type", "application/json");
        add(headers, "ce_source", source(inference));
        byte[] body = body(slot, inference, turn, closed);
        return record(slot, turn == 2 ? slot.model() : slot.inferenceId(), body, headers);
    }

    /** A binary CloudEvent for the model of the slot, with a body of one's own. */
    static RawEvent binary(Slot slot, String type, byte[] body) {
        List<EventHeader> headers = headers(type, "malformed-" + slot.index());
        add(headers, "ce_modelid", slot.model());
        add(headers, "ce_source", "/trial");
        add(headers, "content-type", "application/json");
        return record(slot, slot.model(), body, headers);
    }

    static RawEvent record(Slot slot, String key, byte[] value, List<EventHeader> headers) {
        return new RawEvent(TOPIC, 0, slot.index(), -1, utf8(key), value, List.copyOf(headers));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RawEvent half(Slot slot, Inference inference, String half, @Nullable Payload payload) {
        List<EventHeader> headers = headers(TYPE + "." + half, slot.inferenceId());
        add(headers, "ce_modelid", slot.model());
        add(headers, "ce_time", time(slot));
        add(headers, "ce_source", source(inference));
        if (inference.action() != null) {
            add(headers, "ce_action", inference.action());
        }
        if (inference.metadata() != null) {
            add(headers, "ce_metadata", inference.metadata());
        }
        if (payload != null && payload.contentType() != null) {
            add(headers, "content-type", payload.contentType());
        }
        return record(slot, slot.inferenceId(), payload == null ? NOTHING : payload.bytes(), headers);
    }

    private static RawEvent structured(Slot slot, Inference inference) {
        byte[] envelope = write(json -> {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("type", TYPE);
            json.writeStringField("id", slot.inferenceId());
            json.writeStringField("source", source(inference));
            json.writeStringField("modelid", slot.model());
            json.writeStringField("time", time(slot));
            json.writeFieldName("data");
            json.writeRawValue(new String(body(slot, inference, 1, true), StandardCharsets.UTF_8));
            json.writeEndObject();
        });
        List<EventHeader> headers = new ArrayList<>();
        add(headers, "content-type", "application/cloudevents+json; charset=UTF-8");
        return record(slot, slot.model(), envelope, headers);
    }

    private static byte[] body(Slot slot, Inference inference, int turn, boolean closed) {
        byte[] body = write(json -> {
            json.writeStartObject();
            if (turn == 0) {
                json.writeStringField("inference_id", slot.inferenceId());
                json.writeStringField("model_id", slot.model());
            }
            if (turn != 1) {
                json.writeStringField("created_at", time(slot));
            }
            if (inference.action() != null) {
                json.writeStringField("action", inference.action());
            }
            if (inference.input() != null) {
                input(json, slot.shape(), inference.input());
            }
            raw(json, "output", inference.output() == null ? null : text(inference.output()));
            raw(json, "metadata", inference.metadata());
            json.writeEndObject();
        });
        return closed ? body : Arrays.copyOf(body, body.length - 1);
    }

    private static void input(JsonGenerator json, Shape shape, Payload input) throws IOException {
        json.writeObjectFieldStart("input");
        switch (shape) {
            // Without a content type: text is text/plain and a value is application/json.
            case TEXT -> json.writeStringField("data", text(input));
            case JSON -> raw(json, "data", text(input));
            default -> {
                json.writeStringField("content_type", input.contentType());
                json.writeBinaryField("data_base64", input.bytes());
            }
        }
        json.writeEndObject();
    }

    private static void raw(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeRawValue(value);
        }
    }

    private static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }

    private static String source(Inference inference) {
        return String.valueOf(inference.source());
    }

    /** In UTC or with an offset, and now and then finer than the microsecond that is kept. */
    private static String time(Slot slot) {
        long nanos = slot.index() % 4 == 0 ? 789 : 0;
        Instant time = Instant.ofEpochSecond(0, slot.createdAt() * 1000 + nanos);
        return slot.index() % 5 == 0 ? time.atOffset(ZoneOffset.ofHours(2)).toString() : time.toString();
    }

    private static List<EventHeader> headers(String type, String id) {
        List<EventHeader> headers = new ArrayList<>();
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_type", type);
        add(headers, "ce_id", id);
        return headers;
    }

    static void add(List<EventHeader> headers, String name, String value) {
        headers.add(new EventHeader(name, utf8(value)));
    }

    private static byte[] write(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            body.write(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing into memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    /** Writes one JSON document. */
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }
}
