package dev.inferencestore.benchmark;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends events to Kafka, each exactly once, as a careful model server would: acknowledged by all replicas, idempotent,
 * patient while the broker is away. A failure of one event is thrown by a later call.
 */
public final class Sender implements AutoCloseable {
    private static final int LARGEST_REQUEST = 34 * 1024 * 1024;
    private static final long BUFFER = 2L * LARGEST_REQUEST;
    private static final int PATIENCE_MILLIS = 15 * 60 * 1000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long bytes;

    public Sender(LocalRun store) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                store.kafka(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                LARGEST_REQUEST,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                BUFFER,
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 * 1024,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                PATIENCE_MILLIS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Hands an event over; blocks while the buffer is full.
     *
     * @throws IllegalStateException when this event or one before it could not be sent
     */
    public void send(RawEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(event.topic(), event.key(), event.value());
        for (EventHeader header : event.headers()) {
            record.headers().add(header.name(), header.value());
        }
        bytes += event.size();
        var unused = producer.send(record, (sent, failed) -> {
            if (failed != null) {
                failure.compareAndSet(null, failed);
            }
        });
        throwFailure();
    }

    /** Returns when Kafka has acknowledged all that was handed over. */
    public void flush() {
        producer.flush();
        throwFailure();
    }

    /** Bytes of keys, values and headers handed over. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        producer.close();
    }

    private void throwFailure() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("Kafka did not take an event: " + failed.getMessage(), failed);
        }
    }
}
