package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherTask;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;

/** The connector's reader, which keeps offsets and hands out events, over our {@link PartitionReader}. */
final class EventsReader extends KafkaSourceReader<RawEvent> implements StoppableReader {
    private final List<KafkaPartitionSplit> stopped = new ArrayList<>();
    private final Queue<Failure> failures;

    private EventsReader(
            FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> queue,
            Fetchers fetchers,
            Configuration configuration,
            SourceReaderContext context,
            KafkaSourceReaderMetrics metrics,
            Queue<Failure> failures) {
        super(queue, fetchers, new KafkaRecordEmitter<>(new RawEventReader()), configuration, context, metrics);
        this.failures = failures;
    }

    /**
     * A reader of one subtask.
     *
     * @param consumer how consumers are made, without their client id
     * @param main the topic whose failures are the job's
     */
    static EventsReader of(Properties consumer, String clientId, String main, SourceReaderContext context) {
        FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> queue =
                new FutureCompletingBlockingQueue<>();
        KafkaSourceReaderMetrics metrics = new KafkaSourceReaderMetrics(context.metricGroup());
        Properties properties = new Properties();
        properties.putAll(consumer);
        properties.setProperty("client.id", clientId + "-" + context.getIndexOfSubtask());
        Queue<Failure> failures = new ConcurrentLinkedQueue<>();
        Set<TopicPartition> measured = ConcurrentHashMap.newKeySet();
        Fetchers fetchers = new Fetchers(
                queue, () -> new PartitionReader(new KafkaConsumer<>(properties), main, metrics, measured, failures));
        return new EventsReader(queue, fetchers, new Configuration(), context, metrics, failures);
    }

    @Override
    public void stop(Collection<TopicPartition> partitions) {
        splitFetcherManager.addSplits(
                partitions.stream().map(PartitionReader::stopping).toList());
    }

    @Override
    public List<KafkaPartitionSplit> takeStopped() {
        if (stopped.isEmpty()) {
            return List.of();
        }
        List<KafkaPartitionSplit> taken = List.copyOf(stopped);
        stopped.clear();
        return taken;
    }

    @Override
    public List<Failure> takeFailures() {
        if (failures.isEmpty()) {
            return List.of();
        }
        List<Failure> taken = new ArrayList<>();
        for (Failure failure = failures.poll(); failure != null; failure = failures.poll()) {
            taken.add(failure);
        }
        return taken;
    }

    /** The connector would go on committing the offsets of these until Kafka takes them, which it may never do. */
    @Override
    protected void onSplitFinished(Map<String, KafkaPartitionSplitState> finished) {
        finished.values().forEach(state -> stopped.add(toSplitType(state.splitId(), state)));
    }

    /** The connector's commits expect the connector's reader. */
    private static final class Fetchers extends KafkaSourceFetcherManager {
        Fetchers(
                FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> queue,
                Supplier<PartitionReader> readers) {
            super(queue, readers::get, ids -> {});
        }

        @Override
        public void commitOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            SplitFetcher<ConsumerRecord<byte[], byte[]>, KafkaPartitionSplit> fetcher = getRunningFetcher();
            if (fetcher == null || offsets.isEmpty()) {
                return;
            }
            PartitionReader reader = (PartitionReader) fetcher.getSplitReader();
            fetcher.enqueueTask(new SplitFetcherTask() {
                @Override
                public boolean run() {
                    reader.commit(offsets, callback);
                    return true;
                }

                @Override
                public void wakeUp() {}
            });
        }
    }
}
