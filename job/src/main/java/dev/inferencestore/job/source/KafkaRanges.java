package dev.inferencestore.job.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Asks Kafka. A partition that is not there costs no waiting: topics are looked at first. */
final class KafkaRanges implements TopicRanges {
    private static final long serialVersionUID = 1L;
    private static final long SECONDS = 60;

    private final Properties properties;

    KafkaRanges(Properties properties) {
        this.properties = properties;
    }

    @Override
    public Answer of(Collection<TopicPartition> partitions, Map<String, Long> since) throws InterruptedException {
        Map<TopicPartition, String> unreadable = new HashMap<>();
        try (Admin admin = Admin.create(properties)) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            for (TopicPartition partition : there(admin, partitions, unreadable)) {
                ends.put(partition, 0L);
            }
            // The end comes before the time, so that what is written in between is not missed.
            ends = offsets(admin, ends.keySet(), any -> OffsetSpec.latest(), unreadable);
            Map<TopicPartition, Long> firsts = offsets(admin, ends.keySet(), any -> OffsetSpec.earliest(), unreadable);
            Map<TopicPartition, Long> times = offsets(
                    admin,
                    firsts.keySet().stream()
                            .filter(partition -> since.containsKey(partition.topic()))
                            .toList(),
                    partition -> OffsetSpec.forTimestamp(since.getOrDefault(partition.topic(), 0L)),
                    unreadable);
            Map<TopicPartition, Range> ranges = new HashMap<>();
            for (Map.Entry<TopicPartition, Long> first : firsts.entrySet()) {
                TopicPartition partition = first.getKey();
                if (!unreadable.containsKey(partition)) {
                    long end = ends.getOrDefault(partition, first.getValue());
                    long at = times.getOrDefault(partition, first.getValue());
                    ranges.put(partition, new Range(first.getValue(), end, at < 0 ? end : at));
                }
            }
            return new Answer(ranges, unreadable);
        }
    }

    private static Collection<TopicPartition> there(
            Admin admin, Collection<TopicPartition> partitions, Map<TopicPartition, String> unreadable)
            throws InterruptedException {
        Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        Map<String, TopicLook.Finding> findings = TopicLook.at(admin, topics);
        return partitions.stream()
                .filter(partition -> {
                    TopicLook.Finding finding = findings.get(partition.topic());
                    String why = finding == null ? "Kafka did not say" : why(finding, partition.partition());
                    if (why != null) {
                        unreadable.put(partition, why);
                    }
                    return why == null;
                })
                .toList();
    }

    private static @Nullable String why(TopicLook.Finding finding, int partition) {
        if (!finding.readable()) {
            return finding.detail();
        }
        if (!finding.partitions().contains(partition)) {
            return "it has no partition " + partition;
        }
        return finding.leaderless().contains(partition) ? "partition " + partition + " has no leader" : null;
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin,
            Collection<TopicPartition> partitions,
            Function<TopicPartition, OffsetSpec> what,
            Map<TopicPartition, String> unreadable)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, what.apply(partition)));
        ListOffsetsResult answer = admin.listOffsets(asked);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : asked.keySet()) {
            try {
                offsets.put(
                        partition,
                        answer.partitionResult(partition)
                                .get(SECONDS, TimeUnit.SECONDS)
                                .offset());
            } catch (ExecutionException | TimeoutException failed) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                unreadable.put(partition, "its offsets could not be read: " + cause.getMessage());
            }
        }
        return offsets;
    }
}
