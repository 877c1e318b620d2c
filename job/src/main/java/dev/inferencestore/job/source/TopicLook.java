package dev.inferencestore.job.source;

import dev.inferencestore.storage.topic.TopicState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks Kafka whether topics are there and may be read, without reading them and without making them. */
final class TopicLook {
    private static final int TOPICS_A_CALL = 1000;
    private static final int PATIENCE_MILLIS = 30_000;

    /**
     * What Kafka says of a topic.
     *
     * @param detail why it cannot be read; null where it can
     * @param partitions all that it has
     * @param leaderless those of them that nobody can read for now
     * @param id Kafka's own id of it; null where it cannot be had
     */
    record Finding(
            TopicState state,
            @Nullable String detail,
            Set<Integer> partitions,
            Set<Integer> leaderless,
            @Nullable String id) {

        boolean readable() {
            return state == TopicState.READING;
        }
    }

    private TopicLook() {}

    /** What Kafka says of each of these topics; what it does not say is unknown, and never an exception. */
    static Map<String, Finding> at(Admin admin, Collection<String> topics) throws InterruptedException {
        Map<String, Finding> findings = new HashMap<>();
        List<String> all = new ArrayList<>(topics);
        for (int from = 0; from < all.size(); from += TOPICS_A_CALL) {
            List<String> some = all.subList(from, Math.min(all.size(), from + TOPICS_A_CALL));
            DescribeTopicsOptions options = new DescribeTopicsOptions()
                    .includeAuthorizedOperations(true)
                    .timeoutMs(PATIENCE_MILLIS);
            Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                            TopicCollection.ofTopicNames(some), options)
                    .topicNameValues();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
                findings.put(answer.getKey(), finding(answer.getValue()));
            }
        }
        return findings;
    }

    private static Finding finding(KafkaFuture<TopicDescription> answer) throws InterruptedException {
        try {
            return of(answer.get());
        } catch (ExecutionException failed) {
            return of(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /** What a description says. */
    static Finding of(TopicDescription topic) {
        // Brokers that do not know who may do what leave it out.
        Set<AclOperation> allowed = topic.authorizedOperations();
        if (allowed != null && !allowed.contains(AclOperation.READ) && !allowed.contains(AclOperation.ALL)) {
            return none(TopicState.FORBIDDEN, "the job's Kafka user may describe it but not read it");
        }
        Set<Integer> partitions = new HashSet<>();
        Set<Integer> leaderless = new HashSet<>();
        for (TopicPartitionInfo partition : topic.partitions()) {
            partitions.add(partition.partition());
            if (partition.leader() == null || partition.leader().isEmpty()) {
                leaderless.add(partition.partition());
            }
        }
        return new Finding(
                TopicState.READING,
                null,
                partitions,
                leaderless,
                topic.topicId() == null ? null : topic.topicId().toString());
    }

    /** What a failure says. */
    static Finding of(Throwable failure) {
        if (failure instanceof UnknownTopicOrPartitionException) {
            return none(TopicState.MISSING, "Kafka has no topic of this name");
        }
        if (failure instanceof InvalidTopicException) {
            return none(TopicState.MISSING, "Kafka takes no topic of this name");
        }
        if (failure instanceof AuthorizationException) {
            return none(TopicState.FORBIDDEN, "the job's Kafka user may not describe it, or it is not there");
        }
        return none(TopicState.UNKNOWN, "Kafka did not say: " + failure.getMessage());
    }

    static Finding none(TopicState state, String detail) {
        return new Finding(state, detail, Set.of(), Set.of(), null);
    }
}
