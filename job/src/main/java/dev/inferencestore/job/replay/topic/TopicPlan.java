package dev.inferencestore.job.replay.topic;

import dev.inferencestore.domain.replay.ReplaySource.PartitionRange;
import dev.inferencestore.domain.replay.ReplaySource.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which offsets a replay reads: fixed when it is submitted, so that it has an end, and the same one after every restart. */
final class TopicPlan {
    private static final Logger LOG = LoggerFactory.getLogger(TopicPlan.class);

    private TopicPlan() {}

    /**
     * Makes it.
     *
     * @param standard topics to read where the source names none; those that there are not are passed over
     * @return at least one; of offsets that were asked for, also those that Kafka no longer has
     * @throws IllegalArgumentException where a topic or partition that was asked for does not exist, or there is none
     */
    static List<PartitionRange> of(Topics source, Set<String> standard, Admin admin) throws InterruptedException {
        List<PartitionRange> all =
                source.offsets().isEmpty() ? byTime(source, standard, admin) : byOffsets(source.offsets(), admin);
        List<PartitionRange> some =
                all.stream().filter(range -> range.from() < range.to()).toList();
        // The connector never ends with no partition at all, but at once with one of which nothing is read.
        return some.isEmpty() ? List.of(all.get(0)) : some;
    }

    private static List<PartitionRange> byTime(Topics source, Set<String> standard, Admin admin)
            throws InterruptedException {
        boolean named = !source.topics().isEmpty();
        List<TopicPartition> partitions = partitions(admin, named ? source.topics() : standard, named);
        Map<TopicPartition, Long> ends = Offsets.end(admin, partitions);
        Map<TopicPartition, Long> from = at(admin, partitions, source.start(), ends);
        Map<TopicPartition, Long> to = source.end() == null ? ends : at(admin, partitions, source.end(), ends);
        return partitions.stream()
                .map(partition -> new PartitionRange(
                        partition.topic(),
                        partition.partition(),
                        from.getOrDefault(partition, 0L),
                        Math.max(from.getOrDefault(partition, 0L), to.getOrDefault(partition, 0L))))
                .toList();
    }

    private static Map<TopicPartition, Long> at(
            Admin admin, List<TopicPartition> partitions, @Nullable Instant time, Map<TopicPartition, Long> ends)
            throws InterruptedException {
        Map<TopicPartition, Long> offsets =
                time == null ? Offsets.first(admin, partitions) : Offsets.at(admin, partitions, time);
        offsets.replaceAll((partition, offset) -> {
            long end = ends.getOrDefault(partition, 0L);
            return offset < 0 ? end : Math.min(offset, end);
        });
        return offsets;
    }

    private static List<PartitionRange> byOffsets(List<PartitionRange> asked, Admin admin) throws InterruptedException {
        List<TopicPartition> there = partitions(
                admin, asked.stream().map(PartitionRange::topic).distinct().toList(), true);
        List<TopicPartition> wanted = asked.stream()
                .map(range -> new TopicPartition(range.topic(), range.partition()))
                .toList();
        wanted.stream()
                .filter(partition -> !there.contains(partition))
                .findFirst()
                .ifPresent(missing -> {
                    throw new IllegalArgumentException("there is no partition " + missing);
                });
        Map<TopicPartition, Long> ends = Offsets.end(admin, wanted);
        return asked.stream()
                .map(range -> new PartitionRange(
                        range.topic(),
                        range.partition(),
                        range.from(),
                        Math.max(
                                range.from(),
                                Math.min(
                                        range.to(),
                                        ends.getOrDefault(new TopicPartition(range.topic(), range.partition()), 0L)))))
                .toList();
    }

    private static List<TopicPartition> partitions(Admin admin, Collection<String> topics, boolean must)
            throws InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                Offsets.wait(topic.getValue())
                        .partitions()
                        .forEach(
                                partition -> partitions.add(new TopicPartition(topic.getKey(), partition.partition())));
            } catch (UnknownTopicOrPartitionException missing) {
                if (must) {
                    throw new IllegalArgumentException("there is no topic '" + topic.getKey() + "'", missing);
                }
                LOG.warn("There is no topic '{}', which a source names", topic.getKey());
            } catch (AuthorizationException forbidden) {
                if (must) {
                    throw new IllegalArgumentException(
                            "this job may not read topic '" + topic.getKey() + "': " + forbidden.getMessage(),
                            forbidden);
                }
                LOG.warn(
                        "Topic '{}', which a source names, may not be read: {}",
                        topic.getKey(),
                        forbidden.getMessage());
            }
        }
        if (partitions.isEmpty()) {
            throw new IllegalArgumentException("there is none of the topics " + topics);
        }
        return partitions;
    }
}
