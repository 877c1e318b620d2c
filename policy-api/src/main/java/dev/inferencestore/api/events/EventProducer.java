package dev.inferencestore.api.events;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events, and says of each whether Kafka has it. No call's thread waits: sending, which blocks while Kafka's
 * topics are unknown, is done on a thread of its own. Safe for use by several threads.
 */
public final class EventProducer implements AutoCloseable {
    private static final int MIB = 1 << 20;
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final ExecutorService sender;
    private final Duration timeout;
    private final InFlight inFlight;

    private EventProducer(Producer<byte[], byte[]> producer, EventSettings settings) {
        this.producer = producer;
        timeout = settings.deliveryTimeout();
        inFlight = new InFlight(settings.maxInFlight());
        sender = Executors.newSingleThreadExecutor(task -> {
            Thread named = new Thread(task, "events-sender");
            named.setDaemon(true);
            return named;
        });
    }

    /** Does not need Kafka to be there yet. */
    public static EventProducer open(EventSettings settings) {
        long timeout = settings.deliveryTimeout().toMillis();
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                ProducerConfig.CLIENT_ID_CONFIG,
                "inference-store-events",
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
                (int) timeout,
                // Beside the body a record has its headers; what the topic takes is for the broker to say.
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                settings.maxBody() + MIB,
                // Never what a call waits for: bodies in flight are bounded before.
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                settings.maxInFlight() + settings.maxBody() + 16L * MIB);
        return new EventProducer(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), settings);
    }

    public void bindTo(MeterRegistry registry) {
        Gauge.builder("inference_store.events.in_flight", inFlight, InFlight::bytes)
                .description("Bytes of events that were posted and wait for Kafka")
                .baseUnit("bytes")
                .register(registry);
    }

    InFlight inFlight() {
        return inFlight;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Publishes records.
     *
     * @param done called once when none of them is held any more
     * @return of each record why Kafka does not have it, null where it has; ends within a second of the timeout
     */
    CompletableFuture<List<@Nullable Exception>> publish(List<ProducerRecord<byte[], byte[]>> records, Runnable done) {
        Outcomes outcomes = new Outcomes(records.size(), done);
        long deadline = System.nanoTime() + timeout.toNanos();
        sender.execute(() -> {
            for (int i = 0; i < records.size(); i++) {
                send(records.get(i), i, deadline, outcomes);
            }
        });
        return outcomes.future.copy().orTimeout(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
    }

    private void send(ProducerRecord<byte[], byte[]> record, int index, long deadline, Outcomes outcomes) {
        if (System.nanoTime() - deadline >= 0) {
            outcomes.set(index, new TimeoutException("its turn did not come"));
            return;
        }
        try {
            var unused = producer.send(record, (metadata, failure) -> outcomes.set(index, failure));
        } catch (RuntimeException failure) {
            outcomes.set(index, failure);
        }
    }

    /** Waits for what is under way, as long as any call would. */
    @Override
    public void close() {
        sender.shutdown();
        producer.close(timeout);
    }

    /** What became of the records of a call, as it becomes known. */
    private static final class Outcomes {
        private final CompletableFuture<List<@Nullable Exception>> future = new CompletableFuture<>();
        private final @Nullable Exception[] failures;
        private final AtomicInteger left;
        private final Runnable done;

        Outcomes(int records, Runnable done) {
            failures = new Exception[records];
            left = new AtomicInteger(records);
            this.done = done;
        }

        void set(int index, @Nullable Exception failure) {
            failures[index] = failure;
            if (left.decrementAndGet() == 0) {
                done.run();
                future.complete(Arrays.asList(failures));
            }
        }
    }
}
