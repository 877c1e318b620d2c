package dev.inferencestore.job.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka. */
final class KafkaRanges implements TopicRanges {
    private static final long serialVersionUID = 1L;
    private static final long SECONDS = 60;

    private final Properties properties;

    KafkaRanges(Properties properties) {
        this.properties = properties;
    }

    @Override
    public Map<TopicPartition, Range> of(Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (TopicPartition partition : partitions) {
            earliest.put(partition, OffsetSpec.earliest());
            latest.put(partition, OffsetSpec.latest());
        }
        try (Admin admin = Admin.create(properties)) {
            Map<TopicPartition, ListOffsetsResultInfo> first =
                    admin.listOffsets(earliest).all().get(SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, ListOffsetsResultInfo> end =
                    admin.listOffsets(latest).all().get(SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, Range> ranges = new HashMap<>();
            first.forEach((partition, info) -> {
                ListOffsetsResultInfo last = end.get(partition);
                ranges.put(partition, new Range(info.offset(), last == null ? info.offset() : last.offset()));
            });
            return ranges;
        }
    }
}
