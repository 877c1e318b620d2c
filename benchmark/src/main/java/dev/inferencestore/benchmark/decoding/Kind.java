package dev.inferencestore.benchmark.decoding;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.SourceFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kind of event.
 *
 * @param ofTopic what a registered source says of the format of its topic
 * @param inferences that it holds
 */
record Kind(String name, RawEvent event, @Nullable SourceFormat ofTopic, int inferences) {
    private static final long NOON = 1_772_366_400_000L;

    /** A binary CloudEvent, with further headers as name, value, name, value. */
    static Kind cloudEvent(String name, String type, String contentType, byte[] value, String... more) {
        List<EventHeader> headers = new ArrayList<>();
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_id", "9e4163ad-f543-427e-bfed-5a122cf41bab");
        add(headers, "ce_source", "http://localhost:9081/");
        add(headers, "ce_type", type);
        add(headers, "ce_time", "2026-03-01T11:59:58.461696863Z");
        add(headers, "content-type", contentType);
        for (int i = 0; i < more.length; i += 2) {
            add(headers, more[i], more[i + 1]);
        }
        return of(name, "inference-store.inferences", null, null, value, headers);
    }

    /** An event of KServe's logger. */
    static Kind kserve(String name, String half, byte[] value) {
        return cloudEvent(
                name,
                "org.kubeflow.serving.inference." + half,
                "application/json",
                value,
                "ce_inferenceservicename",
                "detector",
                "ce_namespace",
                "prod",
                "ce_component",
                "predictor",
                "ce_endpoint",
                "default",
                "ce_metadata",
                "{\"X-Request-Id\":[\"9e4163ad\"]}");
    }

    static Kind of(
            String name,
            String topic,
            @Nullable SourceFormat ofTopic,
            @Nullable String key,
            byte[] value,
            List<EventHeader> headers) {
        byte[] bytes = key == null ? null : utf8(key);
        return new Kind(name, new RawEvent(topic, 0, 0, NOON, bytes, value, headers), ofTopic, 1);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(List<EventHeader> headers, String name, String value) {
        headers.add(new EventHeader(name, utf8(value)));
    }
}
