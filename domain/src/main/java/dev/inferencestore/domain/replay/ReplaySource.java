package dev.inferencestore.domain.replay;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a replay reads events. */
public sealed interface ReplaySource extends Serializable permits ReplaySource.Topics, ReplaySource.Files {
    /** As it stands in {@code kind}. */
    String kind();

    /**
     * Topics of Kafka, by time or by offsets.
     *
     * @param topics empty for the store's own and those that the model's sources name
     * @param start the time at which Kafka received the first record that is read; null for the earliest there is
     * @param end records that Kafka received at or after it are not read; null for all there are when it starts
     * @param offsets parts of partitions, instead of the other three; else empty
     */
    record Topics(
            List<String> topics,
            @Nullable Instant start,
            @Nullable Instant end,
            List<PartitionRange> offsets) implements ReplaySource {
        public static final String KIND = "topic";

        public Topics {
            topics = List.copyOf(topics);
            offsets = List.copyOf(offsets);
        }

        @Override
        public String kind() {
            return KIND;
        }
    }

    /**
     * Files, local to the cluster or in S3.
     *
     * @param paths {@code s3://bucket/key} or {@code file:///path}; one that ends with a slash means all files below it
     */
    record Files(FileFormat format, List<String> paths) implements ReplaySource {
        public static final String KIND = "files";

        public Files {
            paths = List.copyOf(paths);
        }

        @Override
        public String kind() {
            return KIND;
        }
    }

    /**
     * A part of a partition.
     *
     * @param from the first offset
     * @param to the offset before which it ends
     */
    record PartitionRange(String topic, int partition, long from, long to) implements Serializable {}
}
