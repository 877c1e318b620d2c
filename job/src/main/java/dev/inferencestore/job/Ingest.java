package dev.inferencestore.job;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.record.StaleS3Objects;
import dev.inferencestore.job.record.StoreRecords;
import dev.inferencestore.job.reference.FetchReferences;
import dev.inferencestore.job.reference.FetchReferencesFactory;
import dev.inferencestore.job.reference.ReferenceStores;
import dev.inferencestore.job.route.RegistrySource;
import dev.inferencestore.job.route.RouteEvents;
import dev.inferencestore.job.route.RouteEventsFactory;
import dev.inferencestore.job.route.RouteReport;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.job.segment.ObjectStores;
import dev.inferencestore.job.segment.WriteSegments;
import dev.inferencestore.job.segment.WriteSegmentsFactory;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.reference.RemoteReferences;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.S3Options;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of an event into the store, of live traffic and of replays alike:
 *
 * <pre>
 * events --> RouteEvents <-- control, to every subtask
 *              |  |  '--> reports
 *              |  '--> dead letters
 *              '--> FetchReferences --> WriteSegments --> StoreRecords
 * </pre>
 *
 * These four are one chain: no payload crosses the network after routing.
 *
 * @param progress where it says how far it is
 * @param largest what is too large
 * @param deadLetters null where they are counted and not kept
 */
public record Ingest(
        RegistrySource registry,
        Progress progress,
        RouteEvents.Limits largest,
        ReferenceStores references,
        FetchReferences.Limits fetches,
        ObjectStores objects,
        WriteSegments.Limits segments,
        Sink<StoredBatch> records,
        @Nullable Sink<DeadLetter> deadLetters,
        Sink<RouteReport> reports) {

    /** Writers of the live job have the slots from here on. */
    public static final int LIVE_SLOTS = 0;

    /** Writers of replays have the slots from here on. */
    public static final int REPLAY_SLOTS = 1000;

    /** One as the options say. */
    public static Ingest of(
            Settings settings,
            RegistrySource registry,
            Progress progress,
            int firstSlot,
            @Nullable Sink<DeadLetter> deadLetters,
            Sink<RouteReport> reports) {
        ObjectStores objects = connections -> S3ObjectStore.connect(settings, connections);
        StoreRecords records = new StoreRecords(
                Database.of(settings), new StaleS3Objects(objects), flushLimits(settings), progress, firstSlot);
        return new Ingest(
                registry,
                progress,
                new RouteEvents.Limits(settings.get(JobOptions.MAX_EVENT), settings.get(JobOptions.MAX_PAYLOAD)),
                connections -> RemoteReferences.connect(
                        JobOptions.referencePrefixes(settings),
                        settings,
                        settings.get(JobOptions.REFERENCE_TIMEOUT),
                        connections),
                new FetchReferences.Limits(
                        settings.get(JobOptions.REFERENCE_FETCHES),
                        settings.get(JobOptions.REFERENCE_TIMEOUT).toMillis()),
                objects,
                segmentLimits(settings),
                records,
                deadLetters,
                reports);
    }

    private static WriteSegments.Limits segmentLimits(Settings settings) {
        return new WriteSegments.Limits(
                settings.get(S3Options.PREFIX),
                settings.get(JobOptions.SEGMENT_SIZE),
                settings.get(JobOptions.SEGMENT_AGE).toMillis(),
                settings.get(JobOptions.OPEN_SEGMENTS),
                settings.get(JobOptions.OPEN_SIZE),
                settings.get(JobOptions.UPLOADS),
                settings.get(JobOptions.UPLOAD_SIZE));
    }

    private static StoreRecords.Limits flushLimits(Settings settings) {
        return new StoreRecords.Limits(
                settings.get(JobOptions.FLUSH_ROWS),
                settings.get(JobOptions.FLUSH_SIZE),
                settings.get(JobOptions.FLUSH_AGE).toMillis());
    }

    /**
     * Adds it to a job.
     *
     * @param ids what the uids of its operators begin with
     */
    public void build(DataStream<RawEvent> events, DataStream<ControlRecord> changes, String ids) {
        SingleOutputStreamOperator<Routed> routed = events.connect(changes.broadcast())
                .transform(
                        "Route events",
                        TypeInformation.of(Routed.class),
                        new RouteEventsFactory(registry, progress, largest))
                .uid(ids + OperatorIds.ROUTE);
        routed.transform(
                        "Fetch references",
                        TypeInformation.of(Routed.class),
                        new FetchReferencesFactory(references, fetches))
                .uid(ids + OperatorIds.REFERENCES)
                .transform(
                        "Write segments",
                        TypeInformation.of(StoredBatch.class),
                        new WriteSegmentsFactory(objects, segments))
                .uid(ids + OperatorIds.SEGMENTS)
                .sinkTo(records)
                .name("Store records")
                .uid(ids + OperatorIds.RECORDS);

        if (deadLetters != null) {
            routed.getSideOutput(RouteEvents.DEAD_LETTERS)
                    .sinkTo(deadLetters)
                    .name("Dead letters")
                    .uid(ids + OperatorIds.DEAD_LETTERS);
        }
        routed.getSideOutput(RouteEvents.REPORTS)
                .sinkTo(reports)
                .name("Write progress")
                // Its statements must not run on the thread that routes.
                .disableChaining()
                .uid(ids + OperatorIds.PROGRESS)
                .setParallelism(1);
    }
}
