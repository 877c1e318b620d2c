package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is on the dead-letter topic. A crash may write a dead letter twice, so they are told apart by where the event
 * came from.
 */
final class DeadLetters {
    static final String TOPIC = "inference-store.dead-letters";

    private static final String ISOLATION = "read_committed";
    private static final Duration POLL = Duration.ofMillis(500);

    /** Reason and {@link Digests#of} key and value, by the topic, partition and offset that the event came from. */
    private final Map<String, Letter> letters = new HashMap<>();

    private long records;

    private record Letter(String reason, String digest) {}

    private DeadLetters() {}

    /** Reads the topic until it holds this many different dead letters, or it is too late. */
    static DeadLetters read(LocalRun store, int wanted, long deadlineNanos) {
        DeadLetters all = new DeadLetters();
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                store.kafka(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                ISOLATION);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(TOPIC)
                    .forEach(partition -> partitions.add(new TopicPartition(TOPIC, partition.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!all.atEnd(consumer, partitions)
                    || (all.letters.size() < wanted && System.nanoTime() - deadlineNanos < 0)) {
                consumer.poll(POLL).forEach(all::add);
            }
        }
        return all;
    }

    void report(Report report, Expected expected, int sendings) {
        Map<String, Long> reasons = new TreeMap<>();
        Map<String, Long> timesSeen = new HashMap<>();
        List<String> others = new ArrayList<>();
        letters.forEach((origin, letter) -> {
            reasons.merge(letter.reason(), 1L, Long::sum);
            timesSeen.merge(letter.digest(), 1L, Long::sum);
            if (!letter.reason().equals(expected.deadLetters().get(letter.digest()))) {
                others.add(origin + " " + letter.reason());
            }
        });
        report.line(TOPIC + " has " + records + " records for " + letters.size() + " events");
        report.equal("dead letters by reason", expected.deadLettersAfter(sendings), reasons);
        report.none("dead letters whose key, value and reason are of no malformed event", others.size(), others);
        Map<String, Long> expectedTimes = new HashMap<>();
        expected.deadLetters().keySet().forEach(digest -> expectedTimes.put(digest, (long) sendings));
        report.equal("each malformed event is a dead letter once a sending", true, expectedTimes.equals(timesSeen));
    }

    private boolean atEnd(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        return consumer.endOffsets(partitions).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        records++;
        String origin =
                header(record, "dl_topic") + "-" + header(record, "dl_partition") + "@" + header(record, "dl_offset");
        Letter letter = new Letter(header(record, "dl_reason"), Digests.of(record.key(), record.value()));
        Letter earlier = letters.put(origin, letter);
        if (earlier != null && !earlier.equals(letter)) {
            letters.put(origin + " again, as another", earlier);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? "without " + name
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
