package dev.inferencestore.api.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks Kafka how far back its topics reach. */
public final class KafkaReach implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 3_000;

    private final Admin admin;

    private KafkaReach(Admin admin) {
        this.admin = admin;
    }

    /** Does not need Kafka to be there yet. */
    public static KafkaReach of(String bootstrapServers) {
        return new KafkaReach(Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "inference-store-reach",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS)));
    }

    /**
     * How far back some topics reach.
     *
     * @param from when the first record was received of those that are there; where Kafka has deleted records, from when
     *     on all of them are there; null where there is none
     * @param deleted whether Kafka has deleted records
     * @param missing topics that there are not
     */
    record Reach(@Nullable Instant from, boolean deleted, List<String> missing) {}

    /**
     * Asks for it.
     *
     * @throws TimeoutException when Kafka does not answer
     * @throws ExecutionException when it answers an error
     */
    Reach of(Collection<String> topics, Instant now) throws ExecutionException, TimeoutException, InterruptedException {
        List<String> missing = new ArrayList<>();
        List<TopicPartition> partitions = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                wait(topic.getValue())
                        .partitions()
                        .forEach(
                                partition -> partitions.add(new TopicPartition(topic.getKey(), partition.partition())));
            } catch (ExecutionException failure) {
                // To one who may not see it, Kafka does not say whether it is there.
                if (!(failure.getCause() instanceof UnknownTopicOrPartitionException)
                        && !(failure.getCause() instanceof AuthorizationException)) {
                    throw failure;
                }
                missing.add(topic.getKey());
            }
        }
        return of(
                offsets(partitions, OffsetSpec.earliest()),
                offsets(partitions, OffsetSpec.forTimestamp(0)),
                missing,
                now);
    }

    /**
     * Adds up partitions.
     *
     * @param starts the first offset of each
     * @param firsts the first record of each, with its time; an offset below zero where there is none
     */
    static Reach of(
            Map<TopicPartition, ListOffsetsResultInfo> starts,
            Map<TopicPartition, ListOffsetsResultInfo> firsts,
            List<String> missing,
            Instant now) {
        Instant earliest = null;
        Instant complete = null;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> partition : starts.entrySet()) {
            ListOffsetsResultInfo first = firsts.get(partition.getKey());
            Instant at = first == null || first.offset() < 0 ? null : Instant.ofEpochMilli(first.timestamp());
            if (at != null && (earliest == null || at.isBefore(earliest))) {
                earliest = at;
            }
            Instant whole = at == null ? now : at;
            if (partition.getValue().offset() > 0 && (complete == null || whole.isAfter(complete))) {
                complete = whole;
            }
        }
        return new Reach(complete == null ? earliest : complete, complete != null, missing);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        return wait(admin.listOffsets(asked).all());
    }

    private static <T> T wait(KafkaFuture<T> answer) throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(PATIENCE_MILLIS + 500, TimeUnit.MILLISECONDS);
    }
}
