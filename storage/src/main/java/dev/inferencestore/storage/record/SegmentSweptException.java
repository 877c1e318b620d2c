package dev.inferencestore.storage.record;

/** A segment was swept as an orphan before its rows came: its bytes are gone, so the job goes back to its checkpoint. */
public final class SegmentSweptException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    SegmentSweptException(String segmentId) {
        super("segment " + segmentId + " was swept before its rows were stored; its inputs are sent again from Kafka");
    }
}
