package dev.inferencestore.job.replay;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySource;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.job.Ingest;
import dev.inferencestore.job.OperatorIds;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.deadletter.DeadLetterTopic;
import dev.inferencestore.job.options.FlinkSettings;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import dev.inferencestore.job.replay.file.FilesSource;
import dev.inferencestore.job.replay.topic.TopicSource;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.storage.registration.ModelRegistry;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Stores events that were sent before: of topics from a time to a time, or of files. Bounded, and the same ingest as that of
 * the live job, into the same tables: what is there already is counted and not changed, and what was removed or erased
 * does not come back. It never runs retention.
 */
public final class ReplayJob {
    private ReplayJob() {}

    /** Runs a replay with options as {@code --key value}; what is wrong with them is said at once and nothing starts. */
    public static void main(String[] arguments) throws Exception {
        Settings settings = ReplayOptions.read(ReplayKind.REPLAY, arguments, System.getenv());
        launch(StreamExecutionEnvironment.getExecutionEnvironment(), settings).run();
    }

    /**
     * Claims a replay and wires its job into an environment, for who executes it there.
     *
     * @param settings of {@link ReplayOptions#read}
     * @return the id of the replay
     */
    public static String prepare(StreamExecutionEnvironment env, Settings settings) throws Exception {
        return launch(env, settings).prepare().id();
    }

    private static Launch launch(StreamExecutionEnvironment env, Settings settings) {
        return new Launch(settings, ReplayKind.REPLAY, env, replay -> build(env, settings, replay));
    }

    private static void build(StreamExecutionEnvironment env, Settings settings, ClaimedReplay replay)
            throws Exception {
        FlinkSettings.applyToBounded(env, settings);
        ReplaySpec.Replay spec = (ReplaySpec.Replay) replay.spec();
        Database database = Database.of(settings);
        ReplayProgress progress = new ReplayProgress(database, replay.id());
        DataStream<RawEvent> events = env.fromSource(
                        source(settings, replay, spec), WatermarkStrategy.noWatermarks(), "Replayed events")
                .uid(OperatorIds.REPLAY_SOURCE);
        Ingest.of(
                        settings,
                        new ReplayRegistry(database, spec),
                        progress,
                        Ingest.REPLAY_SLOTS,
                        deadLetters(settings, spec),
                        new WriteReplayProgress(database, progress))
                .build(events, noControlRecords(env), OperatorIds.REPLAY);
    }

    private static Source<RawEvent, ?, ?> source(Settings settings, ClaimedReplay replay, ReplaySpec.Replay spec)
            throws InterruptedException {
        Database database = Database.of(settings);
        Watch watch = new DatabaseWatch(database, replay.id());
        Integer asked = spec.eventsPerSecond();
        double eventsPerSecond = asked == null ? settings.get(JobOptions.REPLAY_RATE) : asked;
        if (spec.source() instanceof ReplaySource.Topics topics) {
            return TopicSource.of(
                    settings,
                    topics,
                    standardTopics(settings, database, spec),
                    settings.get(JobOptions.GROUP) + "-replay-" + replay.id(),
                    watch,
                    eventsPerSecond);
        }
        return FilesSource.of(settings, (ReplaySource.Files) spec.source(), spec.asModel(), watch, eventsPerSecond);
    }

    /** What comes by a topic is a dead letter since it came the first time. */
    private static @Nullable Sink<DeadLetter> deadLetters(Settings settings, ReplaySpec.Replay spec) {
        return spec.source() instanceof ReplaySource.Files
                ? DeadLetterTopic.sink(settings, KafkaProperties.of(settings))
                : null;
    }

    /** The store's own, and those that sources name: of the model, or of all. */
    private static Set<String> standardTopics(Settings settings, Database database, ReplaySpec.Replay spec) {
        Set<String> topics = new HashSet<>(Set.of(settings.get(JobOptions.INFERENCES)));
        new ModelRegistry(database.dataSource())
                .loadAll().stream()
                        .filter(model -> !model.deleted())
                        .filter(model ->
                                spec.modelId() == null || spec.modelId().equals(model.modelId()))
                        .forEach(
                                model -> model.sources().forEach(source -> topics.addAll(SourceFormat.topics(source))));
        return topics;
    }

    /** The registry is asked for in the database instead: a job that reads the control topic would never end. */
    private static DataStream<ControlRecord> noControlRecords(StreamExecutionEnvironment env) {
        return env.fromSequence(1, 1)
                .uid(OperatorIds.NO_CONTROL)
                .setParallelism(1)
                .name("No control")
                .<ControlRecord>flatMap((number, out) -> {})
                .returns(ControlRecord.class)
                .name("No control records")
                .uid(OperatorIds.NO_CONTROL_RECORDS)
                .setParallelism(1);
    }
}
