package dev.inferencestore.api.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events again, and waits until Kafka has them. Made when it is first needed: most processes never do. It takes
 * whatever the topics take, which may be more than what is posted over HTTP may be. For one thread at a time.
 */
final class ReplayProducer implements AutoCloseable {
    private static final int LARGEST = 256 << 20;
    private static final long BUFFER = 256L << 20;
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    private final DeadLetterSettings settings;
    private @Nullable Producer<byte[], byte[]> producer;

    ReplayProducer(DeadLetterSettings settings) {
        this.settings = settings;
    }

    /** Of each record why Kafka does not have it, null where it has. */
    List<@Nullable Exception> publish(List<ProducerRecord<byte[], byte[]>> records) {
        Producer<byte[], byte[]> to = producer();
        long deadline = System.nanoTime() + settings.deliveryTimeout().toNanos();
        List<Future<RecordMetadata>> sent =
                records.stream().map(record -> send(to, record, deadline)).toList();
        List<@Nullable Exception> outcomes = new ArrayList<>();
        sent.forEach(future -> outcomes.add(outcome(future)));
        return outcomes;
    }

    private static Future<RecordMetadata> send(
            Producer<byte[], byte[]> to, ProducerRecord<byte[], byte[]> record, long deadline) {
        if (System.nanoTime() - deadline >= 0) {
            return CompletableFuture.failedFuture(new TimeoutException("its turn did not come"));
        }
        try {
            return to.send(record);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private @Nullable Exception outcome(Future<?> future) {
        try {
            // The producer itself gives up earlier.
            future.get(2 * settings.deliveryTimeout().toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException failure) {
            return failure.getCause() instanceof Exception cause ? cause : failure;
        } catch (TimeoutException late) {
            return late;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted;
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            int timeout = Math.toIntExact(settings.deliveryTimeout().toMillis());
            producer = new KafkaProducer<>(
                    Map.of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            settings.bootstrapServers(),
                            ProducerConfig.CLIENT_ID_CONFIG,
                            "inference-store-replays",
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                            true,
                            ProducerConfig.LINGER_MS_CONFIG,
                            0,
                            ProducerConfig.MAX_BLOCK_MS_CONFIG,
                            timeout,
                            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                            (int) Math.min(LONGEST_REQUEST.toMillis(), timeout),
                            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                            timeout,
                            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                            LARGEST,
                            ProducerConfig.BUFFER_MEMORY_CONFIG,
                            BUFFER),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(settings.deliveryTimeout());
        }
    }
}
