package dev.inferencestore.api.events;

import dev.inferencestore.api.http.RequestIds;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.wire.SentEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Events as Kafka records in binary mode: attributes as headers {@code ce_…}, the data as the value, as it was sent.
 *
 * <p>The key is the model's identity where the event has one that needs no look into its data, so that events of a model
 * keep their order. Else it is the event's id, after {@code id:}: the job takes a key for a model's id where it has the form
 * of one, and an event's id is none.
 */
final class EventRecords {
    private final String topic;

    EventRecords(String topic) {
        this.topic = topic;
    }

    /**
     * The record of an event that breaks no rule.
     *
     * @param traceParent as the caller sent it; what is no trace context is left out
     */
    ProducerRecord<byte[], byte[]> of(SentEvent event, @Nullable String traceParent, @Nullable String traceState) {
        List<Header> headers = new ArrayList<>();
        event.attributes().forEach((name, value) -> {
            if (!name.equals("datacontenttype")) {
                headers.add(header("ce_" + name, value));
            }
        });
        if (event.attributes().isEmpty()) {
            // What has no attributes is what ModelMesh sends.
            headers.add(header(Formats.HEADER, Formats.MODELMESH));
        }
        String contentType = event.contentType() == null ? event.attributes().get("contenttype") : event.contentType();
        if (contentType != null) {
            headers.add(header("content-type", contentType));
        }
        if (traceParent != null && RequestIds.isTrace(traceParent)) {
            headers.add(header("traceparent", traceParent));
            if (traceState != null) {
                headers.add(header("tracestate", traceState));
            }
        }
        return new ProducerRecord<>(topic, null, bytes(key(event.attributes())), event.data(), headers);
    }

    /** The same as the job will read it. */
    static RawEvent raw(ProducerRecord<byte[], byte[]> record) {
        List<EventHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new EventHeader(header.key(), header.value()));
        }
        return new RawEvent(record.topic(), 0, 0, System.currentTimeMillis(), record.key(), record.value(), headers);
    }

    private static String key(Map<String, String> attributes) {
        String model = EventRules.plain(attributes, "modelid");
        if (model != null) {
            return model;
        }
        if (attributes.isEmpty()) {
            return "modelmesh:";
        }
        String service = EventRules.plain(attributes, "inferenceservicename");
        if (service == null) {
            service = EventRules.plain(attributes, "inferenceservice");
        }
        if (service != null) {
            String namespace = EventRules.plain(attributes, "namespace");
            return (namespace == null ? "" : namespace) + "/" + service;
        }
        return "id:" + attributes.get("id");
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
