package dev.inferencestore.job.segment;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.job.time.Timers;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Gathers inputs into segments and uploads them: one open segment per model and hour of event time, closed at a size,
 * an age, the barrier, or when there are too many, whichever comes first. Hands on each segment with all its rows once
 * its bytes are durable.
 *
 * <p>No state: everything is uploaded and handed on before the barrier leaves, and before a mark is passed on. Bytes in
 * memory are bounded, those in open segments and those on their way each by an option; at a bound the task waits.
 */
public final class WriteSegments extends AbstractStreamOperator<StoredBatch>
        implements OneInputStreamOperator<Routed, StoredBatch>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private final transient Limits limits;
    private final transient ObjectStores stores;
    private final transient StreamOperatorParameters<StoredBatch> parameters;
    private final transient RowBuilder builder = new RowBuilder();

    /** Oldest first. */
    private final transient Map<Place, OpenSegment> open = new LinkedHashMap<>();

    private transient long openBytes;
    private transient @Nullable Uploads uploads;

    WriteSegments(StreamOperatorParameters<StoredBatch> parameters, ObjectStores stores, Limits limits) {
        super(parameters);
        this.parameters = parameters;
        this.stores = stores;
        this.limits = limits;
    }

    /**
     * When a segment is closed, and how much may be in memory.
     *
     * @param prefix of all object keys
     * @param uploads at once
     */
    public record Limits(
            String prefix, long size, long ageMillis, int open, long openBytes, int uploads, long uploadBytes)
            implements Serializable {}

    @Override
    public void open() throws Exception {
        super.open();
        uploads = new Uploads(
                stores.open(limits.uploads()),
                parameters.getMailboxExecutor(),
                limits.uploads(),
                limits.uploadBytes(),
                getMetricGroup());
        getMetricGroup().gauge("openSegments", open::size);
        getMetricGroup().gauge("openBytes", () -> openBytes);
        checkAges();
    }

    @Override
    public void processElement(StreamRecord<Routed> element) throws Exception {
        Routed routed = element.getValue();
        Inference inference = routed.inference();
        if (inference == null) {
            drain();
            output.collect(new StreamRecord<>(StoredBatch.mark(routed.flushVersion())));
            return;
        }
        Payload result = inference.output();
        if (result != null && RowBuilder.needsSegment(result)) {
            outputFirst(inference, result, routed.generation());
        } else {
            place(inference, routed.generation(), null, List.of());
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        drain();
    }

    @Override
    public void endInput() throws Exception {
        drain();
    }

    @Override
    public void close() throws Exception {
        if (uploads != null) {
            uploads.close();
        }
        super.close();
    }

    /** An output too large for a row has a segment of its own, which must be durable before any row names it. */
    private void outputFirst(Inference inference, Payload payload, long generation) throws Exception {
        OpenSegment segment = begin(SegmentKind.OUTPUT, inference);
        long offset = segment.append(inference, payload);
        uploads()
                .start(
                        segment,
                        segment.size() + inference.size(),
                        () -> place(
                                inference,
                                generation,
                                new RowBuilder.Place(segment.id(), offset),
                                List.of(segment.closed())));
    }

    private void place(Inference inference, long generation, RowBuilder.@Nullable Place outputAt, List<Segment> others)
            throws Exception {
        Payload input = inference.input();
        if (input == null || !input.isHere()) {
            InferenceRow row = builder.row(inference, generation, null, outputAt);
            output.collect(new StreamRecord<>(StoredBatch.of(others, List.of(row))));
            return;
        }
        Place place = new Place(inference.modelId(), ObjectKeys.hour(inference.createdAt()));
        OpenSegment segment = open.get(place);
        if (segment == null) {
            segment = begin(SegmentKind.INPUT, inference);
            open.put(place, segment);
        }
        long before = segment.size();
        long offset = segment.append(inference, input);
        segment.add(builder.row(inference, generation, new RowBuilder.Place(segment.id(), offset), outputAt), others);
        openBytes += segment.size() - before;
        if (segment.size() >= limits.size()) {
            open.remove(place);
            upload(segment);
        }
        while (open.size() > limits.open() || openBytes > limits.openBytes()) {
            uploadOldest();
        }
    }

    private OpenSegment begin(SegmentKind kind, Inference inference) {
        return new OpenSegment(
                limits.prefix(),
                inference.modelId(),
                kind,
                ObjectKeys.hour(inference.createdAt()),
                getProcessingTimeService().getCurrentProcessingTime());
    }

    private void uploadOldest() throws InterruptedException {
        Iterator<OpenSegment> oldest = open.values().iterator();
        OpenSegment segment = oldest.next();
        oldest.remove();
        upload(segment);
    }

    private void upload(OpenSegment segment) throws InterruptedException {
        openBytes -= segment.size();
        uploads().start(segment, segment.size(), () -> output.collect(new StreamRecord<>(segment.batch())));
    }

    /** Closes everything and waits until it has been handed on. */
    private void drain() throws InterruptedException {
        while (!open.isEmpty() || uploads().anyRunning()) {
            while (!open.isEmpty()) {
                uploadOldest();
            }
            if (uploads().anyRunning()) {
                uploads().awaitAny();
            }
        }
    }

    private void checkAges() throws InterruptedException {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        while (!open.isEmpty() && open.values().iterator().next().openedAt() + limits.ageMillis() <= now) {
            uploadOldest();
        }
        Timers.after(getProcessingTimeService(), Math.max(10, limits.ageMillis() / 5), this::checkAges);
    }

    private Uploads uploads() {
        if (uploads == null) {
            throw new IllegalStateException("not open");
        }
        return uploads;
    }

    /** What an open segment is found by. */
    private record Place(String modelId, long hour) {}
}
