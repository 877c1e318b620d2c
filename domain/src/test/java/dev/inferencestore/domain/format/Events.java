package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Kafka records as senders would write them, for tests. */
public final class Events {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Events() {}

    /** A binary CloudEvent of a type, with further headers as name, value, name, value. */
    public static RawEvent binary(String type, String contentType, byte[] data, String... headers) {
        List<EventHeader> all = new ArrayList<>();
        add(all, "ce_specversion", "1.0");
        add(all, "ce_id", "e-1");
        add(all, "ce_source", "/tests");
        add(all, "ce_type", type);
        add(all, "content-type", contentType);
        for (int i = 0; i < headers.length; i += 2) {
            String name = headers[i];
            all.removeIf(header -> header.name().equals(name));
            add(all, name, headers[i + 1]);
        }
        return record(null, data, all);
    }

    /** The own JSON format, in binary mode, for a model named by header. */
    public static RawEvent own(String model, String json) {
        return binary(OwnJson.TYPE, "application/json", utf8(json), "ce_modelid", model);
    }

    /** A structured CloudEvent. */
    public static RawEvent structured(String envelope) {
        List<EventHeader> headers = new ArrayList<>();
        add(headers, "Content-Type", "application/cloudevents+json; charset=UTF-8");
        return record(null, utf8(envelope), headers);
    }

    public static RawEvent record(byte[] key, byte[] value, List<EventHeader> headers) {
        return new RawEvent("inferences", 3, 42, NOON.toEpochMilli(), key, value, headers);
    }

    /** The same record, received at another time, or from no Kafka at all. */
    public static RawEvent at(Instant received, RawEvent event) {
        return new RawEvent(
                event.topic(),
                event.partition(),
                event.offset(),
                received == null ? -1 : received.toEpochMilli(),
                event.key(),
                event.value(),
                event.headers());
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(List<EventHeader> headers, String name, String value) {
        headers.add(new EventHeader(name, utf8(value)));
    }
}
