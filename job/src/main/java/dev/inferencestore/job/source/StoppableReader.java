package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/** A reader of partitions that can also be told to stop reading some of them. */
interface StoppableReader extends SourceReader<RawEvent, KafkaPartitionSplit> {

    /** Topics that could not be read, and why; reading of all others goes on. */
    record Failure(Set<String> topics, String why) {}

    /** Stops reading partitions, each of which is being read. What was fetched of them is still given out. */
    void stop(Collection<TopicPartition> partitions);

    /** The partitions that have stopped since this was last asked, where they stand. */
    List<KafkaPartitionSplit> takeStopped();

    /** The failures since this was last asked. */
    List<Failure> takeFailures();
}
