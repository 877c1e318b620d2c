package dev.inferencestore.job.source;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What Kafka has of some partitions. */
interface TopicRanges extends Serializable {

    /**
     * The offsets that there are.
     *
     * @param since by topic, the timestamp in milliseconds whose offset is asked for
     */
    Answer of(Collection<TopicPartition> partitions, Map<String, Long> since) throws Exception;

    /**
     * Offsets of one partition.
     *
     * @param first that there is
     * @param end after the last one
     * @param since the first of an event at or after the time that was asked for; the end where there is none, the
     *     first where no time was asked for
     */
    record Range(long first, long end, long since) {}

    /**
     * Each partition that was asked for is in one of both.
     *
     * @param unreadable why there are no offsets
     */
    record Answer(Map<TopicPartition, Range> ranges, Map<TopicPartition, String> unreadable) {}
}
