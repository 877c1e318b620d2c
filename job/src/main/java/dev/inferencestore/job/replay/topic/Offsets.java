package dev.inferencestore.job.replay.topic;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka about offsets. Calls block. */
final class Offsets implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final long SECONDS = 60;

    private final Properties properties;

    private Offsets(Properties properties) {
        this.properties = properties;
    }

    static Offsets of(Settings settings) {
        Properties properties = KafkaProperties.of(settings);
        properties.setProperty("bootstrap.servers", settings.get(JobOptions.KAFKA));
        return new Offsets(properties);
    }

    /** A client, for the caller to close. */
    Admin open() {
        return Admin.create(properties);
    }

    /** The first offset that each partition still has. */
    static Map<TopicPartition, Long> first(Admin admin, Collection<TopicPartition> partitions)
            throws InterruptedException {
        return of(admin, partitions, OffsetSpec.earliest());
    }

    /** The offset before which everything in each partition is decided: transactions that are open are not. */
    static Map<TopicPartition, Long> end(Admin admin, Collection<TopicPartition> partitions)
            throws InterruptedException {
        return of(admin, partitions, OffsetSpec.latest());
    }

    /** The offset in each partition of the first record of a time or later; -1 where there is none. */
    static Map<TopicPartition, Long> at(Admin admin, Collection<TopicPartition> partitions, Instant time)
            throws InterruptedException {
        return of(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
    }

    private static Map<TopicPartition, Long> of(Admin admin, Collection<TopicPartition> partitions, OffsetSpec what)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, what));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                wait(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException when there is none, or an error
     */
    static <T> T wait(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("Kafka answered an error: " + failed.getMessage(), failed);
        } catch (TimeoutException silent) {
            throw new KafkaException("Kafka did not answer in " + SECONDS + " s", silent);
        }
    }
}
