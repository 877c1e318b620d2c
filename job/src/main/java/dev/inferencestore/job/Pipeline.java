package dev.inferencestore.job;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.reference.FetchReferences;
import dev.inferencestore.job.reference.FetchReferencesFactory;
import dev.inferencestore.job.reference.ReferenceStores;
import dev.inferencestore.job.retention.Plan;
import dev.inferencestore.job.retention.ScheduleRetention;
import dev.inferencestore.job.retention.Wake;
import dev.inferencestore.job.route.RegistrySource;
import dev.inferencestore.job.route.RouteEvents;
import dev.inferencestore.job.route.RouteEventsFactory;
import dev.inferencestore.job.route.RouteReport;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.job.segment.ObjectStores;
import dev.inferencestore.job.segment.WriteSegments;
import dev.inferencestore.job.segment.WriteSegmentsFactory;
import dev.inferencestore.storage.record.StoredBatch;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The stream graph: sources in, sinks out, nothing else.
 *
 * <pre>
 * inferences --> RouteEvents <-- control, to every subtask
 *                  |  |  '--> reports
 *                  |  '--> dead letters
 *                  '--> FetchReferences --> WriteSegments --> StoreRecords
 *
 * control ------> keyed by model --> ScheduleRetention <-- control, to every subtask
 * reconcile --> what is known --^           '--> RunRetention
 * </pre>
 *
 * RouteEvents, FetchReferences, WriteSegments and StoreRecords are one chain: no payload crosses the network after routing.
 *
 * @param largest what is too large
 */
public record Pipeline(
        Source<RawEvent, ?, ?> inferences,
        Source<ControlRecord, ?, ?> control,
        RegistrySource registry,
        RouteEvents.Limits largest,
        ReferenceStores references,
        FetchReferences.Limits fetches,
        ObjectStores objects,
        WriteSegments.Limits segments,
        Sink<StoredBatch> records,
        Sink<DeadLetter> deadLetters,
        Sink<RouteReport> reports,
        Source<Long, ?, ?> reconcile,
        FlatMapFunction<Long, Plan> known,
        Sink<Wake> retention) {

    public void build(StreamExecutionEnvironment env) {
        DataStream<RawEvent> events = env.fromSource(inferences, WatermarkStrategy.noWatermarks(), "Inferences")
                .uid(OperatorIds.INFERENCES);
        DataStream<ControlRecord> changes = env.fromSource(control, WatermarkStrategy.noWatermarks(), "Control")
                .uid(OperatorIds.CONTROL)
                .setParallelism(1);

        SingleOutputStreamOperator<Routed> routed = events.connect(changes.broadcast())
                .transform("Route events", TypeInformation.of(Routed.class), new RouteEventsFactory(registry, largest))
                .uid(OperatorIds.ROUTE);

        routed.transform(
                        "Fetch references",
                        TypeInformation.of(Routed.class),
                        new FetchReferencesFactory(references, fetches))
                .uid(OperatorIds.REFERENCES)
                .transform(
                        "Write segments",
                        TypeInformation.of(StoredBatch.class),
                        new WriteSegmentsFactory(objects, segments))
                .uid(OperatorIds.SEGMENTS)
                .sinkTo(records)
                .name("Store records")
                .uid(OperatorIds.RECORDS);

        routed.getSideOutput(RouteEvents.DEAD_LETTERS)
                .sinkTo(deadLetters)
                .name("Dead letters")
                .uid(OperatorIds.DEAD_LETTERS);
        routed.getSideOutput(RouteEvents.REPORTS)
                .sinkTo(reports)
                .name("Write progress")
                // Its statements must not run on the thread that routes.
                .disableChaining()
                .uid(OperatorIds.PROGRESS)
                .setParallelism(1);

        buildRetention(env, changes);
    }

    private void buildRetention(StreamExecutionEnvironment env, DataStream<ControlRecord> changes) {
        DataStream<Plan> fromDatabase = env.fromSource(reconcile, WatermarkStrategy.noWatermarks(), "Reconcile")
                .uid(OperatorIds.RECONCILE)
                .setParallelism(1)
                .flatMap(known)
                .returns(Plan.class)
                .name("Read known policies")
                .uid(OperatorIds.KNOWN)
                .setParallelism(1);
        changes.map(Plan::of)
                .returns(Plan.class)
                .name("Plans")
                .uid(OperatorIds.PLANS)
                .setParallelism(1)
                .union(fromDatabase)
                .keyBy(Plan::modelId)
                .connect(changes.broadcast(ScheduleRetention.PLANS))
                .process(new ScheduleRetention())
                .returns(Wake.class)
                .name("Schedule retention")
                .uid(OperatorIds.SCHEDULE)
                .sinkTo(retention)
                .name("Run retention")
                .uid(OperatorIds.RETENTION);
    }
}
