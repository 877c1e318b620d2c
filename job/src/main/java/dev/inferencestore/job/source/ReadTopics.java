package dev.inferencestore.job.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.kafka.common.TopicPartition;

/**
 * Which topics are to be read beside the one of inferences. Said to every reader when it starts and when something
 * changed, always as a whole: what is not named is not wanted, and is dropped.
 */
record ReadTopics(Map<String, Topic> topics) implements SourceEvent {
    private static final long serialVersionUID = 1L;

    ReadTopics {
        topics = new HashMap<>(topics);
    }

    /**
     * One of them.
     *
     * @param since the Kafka timestamp in milliseconds at which a partition that was never read is begun
     * @param readable whether it can be read for now; where it cannot, its partitions wait where they stand
     * @param anew whether it was deleted and made again just now; it is begun again
     */
    record Topic(long since, int partitions, boolean readable, boolean anew) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    boolean wants(String topic) {
        return topics.containsKey(topic);
    }

    boolean reads(TopicPartition partition) {
        Topic topic = topics.get(partition.topic());
        return topic != null && topic.readable() && partition.partition() < topic.partitions();
    }

    boolean isAnew(String name) {
        Topic topic = topics.get(name);
        return topic != null && topic.anew();
    }

    boolean hasAnew() {
        return topics.values().stream().anyMatch(Topic::anew);
    }

    /** What goes on being true: nothing is made anew twice. */
    ReadTopics settled() {
        Map<String, Topic> settled = new HashMap<>();
        topics.forEach((name, topic) ->
                settled.put(name, new Topic(topic.since(), topic.partitions(), topic.readable(), false)));
        return new ReadTopics(settled);
    }

    /** By topic, where a partition that was never read is begun. */
    Map<String, Long> since() {
        Map<String, Long> since = new HashMap<>();
        topics.forEach((name, topic) -> since.put(name, topic.since()));
        return since;
    }
}
