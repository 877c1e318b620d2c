package dev.inferencestore.job.source;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Finds out, again and again, which topics are to be read. */
interface Discovery {

    /**
     * What there is to read.
     *
     * @param partitions of all topics that can be read for now
     * @param topics those that sources name; null while nobody has ever said
     * @param again whether readers wait to be told again, since they could not read something
     */
    record Found(Set<TopicPartition> partitions, @Nullable ReadTopics topics, boolean again) {}

    /** Looks; by one thread at a time. */
    Found run() throws Exception;

    /** Says that a reader could not read a topic; by any thread. */
    void note(CannotRead failure);
}
