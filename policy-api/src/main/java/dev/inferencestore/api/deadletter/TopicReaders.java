package dev.inferencestore.api.deadletter;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections that calls read topics by, made when they are first needed and kept. Each holds a fetch or two on the
 * heap, which is why there are few. Safe for use by several threads.
 */
final class TopicReaders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReaders.class);
    private static final int MOST = 4;
    private static final Duration TURN = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = 5_000;

    private final String bootstrapServers;
    private final Semaphore places = new Semaphore(MOST, true);
    private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    TopicReaders(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Reads.
     *
     * @throws KafkaAway where Kafka does not answer, or all connections are in use for too long
     */
    <T> T read(Function<TopicReader, T> reading) {
        take();
        Consumer<byte[], byte[]> consumer = null;
        try {
            consumer = idle.poll();
            if (consumer == null) {
                consumer = connect();
            }
            T read = reading.apply(new TopicReader(consumer));
            consumer.unsubscribe();
            idle.add(consumer);
            consumer = null;
            return read;
        } catch (AuthorizationException refused) {
            LOG.error("Kafka does not let the API read dead letters, or the topics that they came by", refused);
            throw new KafkaAway("Kafka refuses: the log says what", refused);
        } catch (KafkaException away) {
            LOG.warn("dead letters cannot be read: {}", away.toString());
            throw new KafkaAway("Kafka does not answer", away);
        } finally {
            if (consumer != null) {
                // Whatever went wrong may have left it in any state.
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
            places.release();
        }
    }

    private void take() {
        try {
            if (!places.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KafkaAway(MOST + " calls read dead letters already");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaAway("the API stops", interrupted);
        }
    }

    private Consumer<byte[], byte[]> connect() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "inference-store-dead-letters-" + made.incrementAndGet());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A record that is larger comes all the same, alone.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);
        // What is asked for is there. Only what the client asks for ahead of time may not be, and it would wait for
        // that
        // before it asks for anything else.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
        // A partition that is added is seen within that time.
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        for (Consumer<byte[], byte[]> consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
