package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxTable;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import dev.inferencestore.storage.registration.ControlOutbox;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * What one relay carries: from which outbox, to which topic, and how.
 *
 * @param name as readiness and metrics say it
 * @param replicationFactor of the topic, where the relay has to create it
 * @param topicConfig of the topic, where the relay has to create it
 * @param partition that takes all messages; null where their keys decide, which are model ids
 * @param headers of every message
 */
public record Feed(
        String name,
        OutboxTable outbox,
        String topic,
        int replicationFactor,
        Map<String, String> topicConfig,
        @Nullable Integer partition,
        Map<String, String> headers) {
    private static final Duration EVENTS_ARE_KEPT = Duration.ofDays(30);

    public Feed {
        topicConfig = Map.copyOf(topicConfig);
        headers = Map.copyOf(headers);
    }

    /** Control records, for the job: one partition, so that versions are in one order; the newest of a model stays. */
    public static Feed control(String topic, int replicationFactor) {
        return new Feed(
                "control",
                ControlOutbox.TABLE,
                topic,
                replicationFactor,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT),
                0,
                Map.of());
    }

    /** Retention events, for whoever wants to know: CloudEvents in structured mode. */
    public static Feed retentionEvents(String topic, int replicationFactor) {
        return new Feed(
                "retention_events",
                RetentionOutbox.TABLE,
                topic,
                replicationFactor,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(EVENTS_ARE_KEPT.toMillis())),
                null,
                Map.of("content-type", "application/cloudevents+json; charset=UTF-8"));
    }

    /** As threads, database sessions and Kafka clients of its relay are called. */
    String processName() {
        return "inference-store-relay-" + name.replace('_', '-');
    }

    /** The same for all relays of one topic, and another one for another store on the same Kafka. */
    String transactionalId() {
        return "inference-store-relay-" + topic;
    }
}
