package dev.inferencestore.job;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.deadletter.DeadLetterSerializer;
import dev.inferencestore.job.options.FlinkSettings;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.progress.WriteProgress;
import dev.inferencestore.job.record.StaleS3Objects;
import dev.inferencestore.job.record.StoreRecords;
import dev.inferencestore.job.reference.FetchReferences;
import dev.inferencestore.job.retention.Housekeeping;
import dev.inferencestore.job.retention.ReadKnown;
import dev.inferencestore.job.retention.Rounds;
import dev.inferencestore.job.retention.RunRetention;
import dev.inferencestore.job.route.PostgresRegistry;
import dev.inferencestore.job.route.RouteEvents;
import dev.inferencestore.job.segment.ObjectStores;
import dev.inferencestore.job.segment.WriteSegments;
import dev.inferencestore.job.source.KafkaSources;
import dev.inferencestore.storage.reference.RemoteReferences;
import dev.inferencestore.storage.retention.RunSettings;
import dev.inferencestore.storage.schema.Schema;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.S3Options;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
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
        Properties kafka = kafkaProperties(settings);
        ObjectStores objects = connections -> S3ObjectStore.connect(settings, connections);
        new Pipeline(
                        KafkaSources.inferences(settings, kafka, database),
                        KafkaSources.control(settings, kafka),
                        new PostgresRegistry(database),
                        new RouteEvents.Limits(
                                settings.get(JobOptions.MAX_EVENT), settings.get(JobOptions.MAX_PAYLOAD)),
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
                        new StoreRecords(database, new StaleS3Objects(objects), flushLimits(settings)),
                        deadLetters(settings, kafka),
                        new WriteProgress(database),
                        Rounds.every(settings.get(JobOptions.RETENTION_RECONCILE)),
                        new ReadKnown(database, settings.get(JobOptions.RETENTION_GRACE)),
                        new RunRetention(database, objects, retentionLimits(settings), clock))
                .build(env);
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

    private static KafkaSink<DeadLetter> deadLetters(Settings settings, Properties kafka) {
        long largest = settings.get(JobOptions.MAX_DEAD_LETTER);
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.setProperty("max.request.size", String.valueOf(largest));
        properties.setProperty("buffer.memory", String.valueOf(Math.max(32L << 20, 2 * largest)));
        return KafkaSink.<DeadLetter>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new DeadLetterSerializer(settings.get(JobOptions.DEAD_LETTERS), largest))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    private static Properties kafkaProperties(Settings settings) {
        Properties properties = new Properties();
        String file = settings.find(JobOptions.KAFKA_PROPERTIES).orElse(null);
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException unreadable) {
                throw new InvalidSettings(List.of("'" + JobOptions.KAFKA_PROPERTIES.key()
                        + "' names a file that cannot be read: " + unreadable.getMessage()));
            }
        }
        return properties;
    }
}
