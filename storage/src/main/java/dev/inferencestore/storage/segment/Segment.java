package dev.inferencestore.storage.segment;

/**
 * A run of tar entries of one model and one hour of event time, in an object.
 *
 * @param segmentId a UUID
 * @param objectKey the object it is in
 * @param baseOffset where it begins in that object, bytes
 * @param length bytes of its entries, without the end of the tar
 * @param minCreatedAt event time of its oldest entry, microseconds since 1970
 * @param maxCreatedAt event time of its newest entry
 * @param entries how many inputs or outputs it holds
 */
public record Segment(
        String segmentId,
        String modelId,
        SegmentKind kind,
        String objectKey,
        long baseOffset,
        long length,
        long minCreatedAt,
        long maxCreatedAt,
        int entries) {}
