package dev.inferencestore.job.source;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What Kafka has of some partitions. */
interface TopicRanges extends Serializable {

    /** The offsets that there are. */
    Map<TopicPartition, Range> of(Collection<TopicPartition> partitions) throws Exception;

    /**
     * Offsets of one partition.
     *
     * @param first that there is
     * @param end after the last one
     */
    record Range(long first, long end) {}
}
