package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.job.OperatorIds;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.storage.inference.StoredRows;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Rows of a model, in order, to a topic: one subtask, since they are sent in the order of event time. */
public final class ReEmission {
    private ReEmission() {}

    /**
     * Wires it into an environment.
     *
     * @throws IllegalArgumentException where the topic cannot take events
     * @throws dev.inferencestore.storage.refusal.NotFound where the model is unknown
     */
    public static void build(
            StreamExecutionEnvironment env,
            Settings settings,
            String replayId,
            ReplaySpec.ReEmit spec,
            Progress progress,
            Watch watch,
            Clock clock)
            throws InterruptedException {
        long most = SendTopic.mostBytes(settings, spec.topic());
        StoredRows rows = new StoredRows(Database.of(settings).dataSource());
        long from = micros(spec.start(), 0);
        // What is stored while it runs is not sent: of live traffic there would be no end.
        long end = rows.last(spec.modelId()).orElse(-1) + 1;
        long to = Math.max(from, Math.min(end, micros(spec.end(), end)));
        Encoder encoder =
                new Encoder(replayId, spec.asModel() == null ? spec.modelId() : spec.asModel(), spec.newIds(), most);
        env.fromSource(
                        RowsSource.of(
                                settings,
                                new RowsSource.Range(spec.modelId(), from, to),
                                rows.count(spec.modelId(), from, to),
                                encoder,
                                spec.pace(),
                                clock,
                                watch),
                        WatermarkStrategy.noWatermarks(),
                        "Stored inferences")
                .uid(OperatorIds.RE_EMIT_SOURCE)
                .setParallelism(1)
                .sinkTo(SendEvents.to(settings, spec.topic(), most, progress))
                .name("Send events")
                .uid(OperatorIds.RE_EMIT_SINK)
                .setParallelism(1);
    }

    private static long micros(@Nullable Instant time, long otherwise) {
        return time == null ? otherwise : ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
