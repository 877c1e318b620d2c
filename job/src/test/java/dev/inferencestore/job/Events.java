package dev.inferencestore.job;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events and control records, for tests. */
public final class Events {
    public static final String TOPIC = "inference-store.inferences";

    /** 2026-03-01T12:00:00Z in milliseconds. */
    public static final long NOON = 1_772_366_400_000L;

    private Events() {}

    /** A whole inference with a text input. */
    public static RawEvent inference(String model, String id, String input) {
        return json(
                model,
                "{\"inference_id\":\"" + id + "\",\"created_at\":\"2026-03-01T12:00:00Z\",\"input\":{\"data\":\""
                        + input + "\"},\"output\":{\"s\":1.0}}");
    }

    /** An event of the own JSON format, right or wrong. */
    public static RawEvent json(String model, String json) {
        return new RawEvent(TOPIC, 0, 7, NOON, utf8(model), utf8(json), headers(model));
    }

    public static List<EventHeader> headers(String model) {
        return List.of(
                new EventHeader("ce_specversion", utf8("1.0")),
                new EventHeader("ce_id", utf8("e")),
                new EventHeader("ce_source", utf8("/tests")),
                new EventHeader("ce_type", utf8("dev.inferencestore.inference")),
                new EventHeader("content-type", utf8("application/json")),
                new EventHeader("ce_modelid", utf8(model)));
    }

    public static ControlRecord enabled(String model, long version) {
        return new ControlRecord(model, version, 1, "p", "t", null, List.of(), true, false, null);
    }

    public static ControlRecord disabled(String model, long version) {
        return new ControlRecord(model, version, 1, "p", "t", null, List.of(), false, false, null);
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
