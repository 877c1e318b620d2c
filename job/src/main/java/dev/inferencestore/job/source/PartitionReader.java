package dev.inferencestore.job.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads partitions from offsets that there are. The connector's own reader fails as a whole where one topic may not be
 * read, or is behind what Kafka keeps, and never stops reading a partition.
 */
final class PartitionReader implements SplitReader<ConsumerRecord<byte[], byte[]>, KafkaPartitionSplit> {
    private static final Duration POLL = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String main;
    private final KafkaSourceReaderMetrics metrics;
    private final Set<TopicPartition> measured;
    private final Queue<StoppableReader.Failure> failures;
    private final Set<String> stopped = new HashSet<>();

    /**
     * @param main the topic whose failures are the job's
     * @param measured the partitions that metrics know, which last longer than this reader
     * @param failures takes those of other topics
     */
    PartitionReader(
            KafkaConsumer<byte[], byte[]> consumer,
            String main,
            KafkaSourceReaderMetrics metrics,
            Set<TopicPartition> measured,
            Queue<StoppableReader.Failure> failures) {
        this.consumer = consumer;
        this.main = main;
        this.metrics = metrics;
        this.measured = measured;
        this.failures = failures;
        metrics.registerKafkaConsumerMetrics(consumer);
        metrics.registerNumBytesIn(consumer);
    }

    /** What asks to stop reading a partition: the base class has a way to hand over splits, and none to take them back. */
    static KafkaPartitionSplit stopping(TopicPartition partition) {
        return new KafkaPartitionSplit(partition, 0, 0);
    }

    @Override
    public RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetch() {
        if (!stopped.isEmpty()) {
            Set<String> now = Set.copyOf(stopped);
            stopped.clear();
            return new RecordsBySplits<>(Map.of(), now);
        }
        Map<String, Collection<ConsumerRecord<byte[], byte[]>>> fetched = new HashMap<>();
        ConsumerRecords<byte[], byte[]> records = poll();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            fetched.put(KafkaPartitionSplit.toSplitId(partition), some);
            metrics.recordCurrentOffset(partition, some.get(some.size() - 1).offset());
            metrics.maybeAddRecordsLagMetric(consumer, partition);
        }
        metrics.updateNumBytesInCounter();
        return new RecordsBySplits<>(fetched, Set.of());
    }

    @Override
    public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("splits are added or asked to stop");
        }
        Set<TopicPartition> assignment = new HashSet<>(consumer.assignment());
        Map<TopicPartition, Long> begun = new HashMap<>();
        for (KafkaPartitionSplit split : change.splits()) {
            TopicPartition partition = split.getTopicPartition();
            if (split.equals(stopping(partition))) {
                assignment.remove(partition);
                stopped.add(split.splitId());
                metrics.removeRecordsLagMetric(partition);
            } else {
                assignment.add(partition);
                begun.put(partition, split.getStartingOffset());
                if (measured.add(partition)) {
                    metrics.registerTopicPartition(partition);
                }
            }
        }
        consumer.assign(assignment);
        begun.forEach(consumer::seek);
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** Says in Kafka how far we are, for people to see; Flink has offsets of its own. */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        consumer.commitAsync(offsets, callback);
    }

    /** What a failed poll had fetched of other partitions, the next one gives out. */
    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(POLL);
        } catch (WakeupException toDoSomethingElse) {
            return ConsumerRecords.empty();
        } catch (TopicAuthorizationException forbidden) {
            tolerate(forbidden.unauthorizedTopics(), "the job's Kafka user may not read it", forbidden);
            return ConsumerRecords.empty();
        } catch (InvalidOffsetException gone) {
            Set<String> topics =
                    gone.partitions().stream().map(TopicPartition::topic).collect(Collectors.toSet());
            tolerate(topics, "Kafka no longer has the next offset of " + gone.partitions(), gone);
            return ConsumerRecords.empty();
        }
    }

    private void tolerate(Set<String> topics, String why, RuntimeException failure) {
        if (topics.isEmpty() || topics.contains(main)) {
            throw failure;
        }
        failures.add(new StoppableReader.Failure(Set.copyOf(topics), why));
    }
}
