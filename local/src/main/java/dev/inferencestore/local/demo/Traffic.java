package dev.inferencestore.local.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends about fifty events a second, of all demo models mixed, and now and then one that nobody can read. */
final class Traffic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final long MILLIS_BETWEEN_EVENTS = 20;
    private static final int EVENTS_PER_MALFORMED = 250;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    private final CloudEvents events;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "demo-traffic"));
    private final Random random = new Random();
    private final Queue<ProducerRecord<byte[], byte[]>> next = new ArrayDeque<>();
    private int slot;

    private Traffic(CloudEvents events, KafkaProducer<byte[], byte[]> producer) {
        this.events = events;
        this.producer = producer;
    }

    static Traffic start(String bootstrapServers, String topic) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "demo",
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                20,
                "max.request.size",
                1 << 20);
        Traffic traffic = new Traffic(
                new CloudEvents(topic),
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        var unused =
                traffic.clock.scheduleAtFixedRate(traffic::sendOne, 0, MILLIS_BETWEEN_EVENTS, TimeUnit.MILLISECONDS);
        return traffic;
    }

    /** Stops sending; what has been sent arrives. */
    @Override
    public void close() {
        clock.shutdownNow();
        producer.close(LONGEST_CLOSE);
    }

    private void sendOne() {
        try {
            slot++;
            if (slot % EVENTS_PER_MALFORMED == 0) {
                next.add(events.malformed(DemoModel.STREET.id(), slot / EVENTS_PER_MALFORMED));
            } else if (next.isEmpty()) {
                next.addAll(DemoModel.any(random).next(events, random));
            }
            var unused = producer.send(next.remove(), (sent, failure) -> {
                if (failure != null) {
                    LOG.warn("Kafka did not take an event of the demo", failure);
                }
            });
        } catch (RuntimeException failure) {
            // A scheduled task that throws is never run again.
            LOG.warn("the demo could not send an event", failure);
        }
    }
}
