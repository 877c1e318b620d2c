package dev.inferencestore.job;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.retention.Plan;
import dev.inferencestore.job.retention.ScheduleRetention;
import dev.inferencestore.job.retention.Wake;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The stream graph of the live job: sources in, sinks out, nothing else.
 *
 * <pre>
 * inferences --> {@link Ingest} <-- control, to every subtask
 *
 * control ------> keyed by model --> ScheduleRetention <-- control, to every subtask
 * reconcile --> what is known --^           '--> RunRetention
 * </pre>
 */
public record Pipeline(
        Source<RawEvent, ?, ?> inferences,
        Source<ControlRecord, ?, ?> control,
        Ingest ingest,
        Source<Long, ?, ?> reconcile,
        FlatMapFunction<Long, Plan> known,
        Sink<Wake> retention) {

    public void build(StreamExecutionEnvironment env) {
        DataStream<RawEvent> events = env.fromSource(inferences, WatermarkStrategy.noWatermarks(), "Inferences")
                .uid(OperatorIds.INFERENCES);
        DataStream<ControlRecord> changes = env.fromSource(control, WatermarkStrategy.noWatermarks(), "Control")
                .uid(OperatorIds.CONTROL)
                .setParallelism(1);
        ingest.build(events, changes, OperatorIds.LIVE);
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
