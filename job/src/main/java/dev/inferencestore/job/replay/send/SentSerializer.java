package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.RawEvent;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes an event to a topic as it is. */
final class SentSerializer implements KafkaRecordSerializationSchema<RawEvent> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    SentSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            RawEvent event, KafkaSinkContext context, @Nullable Long timestamp) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, event.key(), event.value());
        event.headers().forEach(header -> record.headers().add(header.name(), header.value()));
        return record;
    }
}
