package dev.inferencestore.job;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.deadletter.DeadLetterTopic;
import dev.inferencestore.job.options.FlinkSettings;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import dev.inferencestore.job.progress.LiveProgress;
import dev.inferencestore.job.progress.WriteProgress;
import dev.inferencestore.job.retention.Housekeeping;
import dev.inferencestore.job.retention.ReadKnown;
import dev.inferencestore.job.retention.Rounds;
import dev.inferencestore.job.retention.RunRetention;
import dev.inferencestore.job.route.PostgresRegistry;
import dev.inferencestore.job.source.KafkaSources;
import dev.inferencestore.storage.retention.RunSettings;
import dev.inferencestore.storage.schema.Schema;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.S3Options;
import java.time.Clock;
import java.util.Properties;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job: reads options, builds both ends of the pipeline, runs it. */
public final class InferenceStoreJob {
    private static final String NAME = "Inference Store";

    private InferenceStoreJob() {}

    /** Runs the job with options as {@code --key value}; what is wrong with them is said at once and nothing starts. */
    public static void main(String[] arguments) throws Exception {
        Settings settings = JobOptions.read(arguments, System.getenv());
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        build(env, settings);
        env.execute(NAME);
    }

    /**
     * Wires the job into an environment, migrating the database first where that is behind.
     *
     * @throws InvalidSettings with everything in Flink's own settings that the job cannot run with
     */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        build(env, settings, Clock.systemUTC());
    }

    /** As {@link #build(StreamExecutionEnvironment, Settings)}, by another clock, which must be serializable. */
    static void build(StreamExecutionEnvironment env, Settings settings, Clock clock) {
        FlinkSettings.apply(env, settings);
        Database database = Database.of(settings);
        Schema.migrate(database.dataSource());
        Properties kafka = KafkaProperties.of(settings);
        new Pipeline(
                        KafkaSources.inferences(settings, kafka, database),
                        KafkaSources.control(settings, kafka),
                        Ingest.of(
                                settings,
                                new PostgresRegistry(database),
                                new LiveProgress(),
                                Ingest.LIVE_SLOTS,
                                DeadLetterTopic.sink(settings, kafka),
                                new WriteProgress(database)),
                        Rounds.every(settings.get(JobOptions.RETENTION_RECONCILE)),
                        new ReadKnown(database, settings.get(JobOptions.RETENTION_GRACE)),
                        new RunRetention(
                                database,
                                connections -> S3ObjectStore.connect(settings, connections),
                                retentionLimits(settings),
                                clock))
                .build(env);
    }

    private static RunRetention.Limits retentionLimits(Settings settings) {
        return new RunRetention.Limits(
                settings.get(JobOptions.RETENTION_THREADS),
                settings.get(JobOptions.RETENTION_LEASE),
                settings.get(JobOptions.RETENTION_PATIENCE),
                new RunSettings(
                        settings.get(JobOptions.RETENTION_SLICE_ROWS),
                        settings.get(JobOptions.RETENTION_SLICE_SEGMENTS),
                        settings.get(JobOptions.RETENTION_ERASE_BATCH),
                        settings.get(JobOptions.RETENTION_GRACE),
                        settings.get(JobOptions.RETENTION_NOTICE_PATIENCE)),
                new Housekeeping.Limits(
                        settings.get(S3Options.PREFIX),
                        settings.get(JobOptions.SWEEP_INTERVAL),
                        settings.get(JobOptions.SWEEP_AGE),
                        settings.get(JobOptions.RETENTION_KEEP_TASKS),
                        settings.get(JobOptions.RETENTION_KEEP_RECEIPTS)));
    }
}
