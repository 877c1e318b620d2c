package dev.inferencestore.benchmark;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Events that are nothing but an input: the cheapest that a model server can send. */
public final class Requests {
    private static final String TOPIC = "inference-store.inferences";

    private Requests() {}

    /** A request of a model; without the model as the key, so that all partitions are written. */
    public static RawEvent event(String model, String id, byte[] input) {
        return event(id, input, headers(model, id));
    }

    /** The same, with its time. */
    public static RawEvent event(String model, String id, byte[] input, Instant time) {
        List<EventHeader> headers = headers(model, id);
        headers.add(new EventHeader("ce_time", utf8(time.toString())));
        return event(id, input, headers);
    }

    private static RawEvent event(String id, byte[] input, List<EventHeader> headers) {
        return new RawEvent(TOPIC, 0, 0, -1, utf8(id), input, headers);
    }

    private static List<EventHeader> headers(String model, String id) {
        return new ArrayList<>(List.of(
                new EventHeader("ce_specversion", utf8("1.0")),
                new EventHeader("ce_type", utf8("dev.inferencestore.inference.request")),
                new EventHeader("ce_source", utf8("/throughput")),
                new EventHeader("ce_id", utf8(id)),
                new EventHeader("ce_modelid", utf8(model)),
                new EventHeader("content-type", utf8("application/octet-stream"))));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
