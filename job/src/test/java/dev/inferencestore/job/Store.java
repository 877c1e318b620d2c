package dev.inferencestore.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.retention.RetentionTasks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One store on real servers: its own topics, database and bucket, and the job over them. */
final class Store implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final String inferences;
    final String control;
    final String deadLetters;
    final DataSource database;
    final ModelRegistry registry;
    final Settings settings;
    final RetentionPolicies policies;
    final RetentionTasks tasks;
    private final String url;
    private final String bucket;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Path checkpoints;
    private JobClient job;

    Store(Path checkpoints, String... options) throws Exception {
        this.checkpoints = checkpoints;
        String id = UUID.randomUUID().toString().substring(0, 8);
        inferences = "inferences-" + id;
        control = "control-" + id;
        deadLetters = "dead-letters-" + id;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()))) {
            Map<String, String> large = Map.of("max.message.bytes", String.valueOf(34 << 20));
            admin.createTopics(List.of(
                            new NewTopic(inferences, 2, (short) 1).configs(large),
                            new NewTopic(deadLetters, 1, (short) 1).configs(large),
                            new NewTopic(control, 1, (short) 1)))
                    .all()
                    .get();
        }
        bucket = "bucket-" + id;
        Servers.S3.createBucket(bucket);
        url = Servers.POSTGRES.createDatabase("job_" + id);
        database = Databases.open(url);
        registry = new ModelRegistry(database);
        policies = new RetentionPolicies(database);
        tasks = new RetentionTasks(database);
        settings = settings(url, bucket, options);
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "bootstrap.servers", Servers.KAFKA.bootstrapServers(),
                "acks", "all",
                "max.request.size", String.valueOf(34 << 20),
                "buffer.memory", String.valueOf(128L << 20)));
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Settings settings(String url, String bucket, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--kafka.bootstrap-servers",
                Servers.KAFKA.bootstrapServers(),
                "--kafka.inferences-topic",
                inferences,
                "--kafka.control-topic",
                control,
                "--kafka.dead-letter-topic",
                deadLetters,
                "--kafka.group-id",
                inferences,
                // No relay publishes the notices here.
                "--retention.notice-patience",
                "0s",
                "--postgres.url",
                url,
                "--postgres.user",
                Servers.POSTGRES.user(),
                "--s3.endpoint",
                Servers.S3.endpoint().toString(),
                "--s3.bucket",
                bucket,
                "--s3.access-key",
                Servers.S3.accessKey(),
                "--s3.secret-key",
                Servers.S3.secretKey()));
        arguments.addAll(List.of(options));
        return Settings.read(JobOptions.ALL, arguments.toArray(new String[0]), Map.of());
    }

    /** Registers a model, storing or not, and puts the change on the control topic as the relay would. */
    void register(String model, boolean enabled) throws Exception {
        register(model, enabled, List.of());
    }

    /** As {@link #register(String, boolean)}, with topics of its own. */
    void register(String model, boolean enabled, List<String> topics) throws Exception {
        Precondition any = Precondition.none();
        List<Source> sources = topics.stream()
                .map(topic -> new Source("plain", Map.of("topic", topic)))
                .toList();
        registry.register(new Registration(model, "p", "t", null, sources), any, "test");
        registry.switchStorage(model, enabled, any, "test");
        publish(model);
    }

    /** Puts a model's control record, as it is now, on the control topic. */
    void publish(String model) throws Exception {
        ControlRecord record = registry.loadAll().stream()
                .filter(each -> each.modelId().equals(model))
                .findFirst()
                .orElseThrow();
        producer.send(new ProducerRecord<>(
                        control, 0, Events.utf8(model), Events.utf8(ControlRecordCodec.encode(record))))
                .get();
    }

    void start() throws Exception {
        start(null);
    }

    /** Starts the job, from a savepoint where one is given. */
    void start(String savepoint) throws Exception {
        start(savepoint, settings);
    }

    void start(String savepoint, Settings with) throws Exception {
        start(savepoint, with, Clock.systemUTC());
    }

    /** Starts the job by another clock. */
    void start(String savepoint, Settings with, Clock clock) throws Exception {
        Configuration flink = new Configuration();
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, checkpoints.toUri().toString());
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        if (savepoint != null) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, flink);
        InferenceStoreJob.build(env, with, clock);
        job = env.executeAsync("test");
    }

    /** Makes Kafka forget the first events of all partitions. */
    void forgetBefore(long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()))) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(inferences, 0), RecordsToDelete.beforeOffset(offset),
                            new TopicPartition(inferences, 1), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    /** Deletes the control topic and makes it again, empty. */
    void makeControlTopicAnew() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()))) {
            admin.deleteTopics(List.of(control)).all().get();
            await("it to be gone", () -> !admin.listTopics().names().get().contains(control));
            admin.createTopics(List.of(new NewTopic(control, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** The same store with further options. */
    Settings with(String... options) {
        return settings(url, bucket, options);
    }

    /** Stops the job with a savepoint in a folder, and says where it is. */
    String stop(Path folder) throws Exception {
        String savepoint = job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        forgetJob();
        return savepoint;
    }

    /** After the job has ended, and its cluster with it. */
    void forgetJob() {
        job = null;
    }

    JobClient job() {
        return job;
    }

    void send(RawEvent event) {
        send(event, null);
    }

    void send(RawEvent event, Integer partition) {
        send(inferences, partition, null, event);
    }

    /**
     * Sends an event to any topic.
     *
     * @param timestamp in milliseconds; null for now
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what was not sent is missed in the counts
    void send(String topic, Integer partition, Long timestamp, RawEvent event) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition, timestamp, event.key(), event.value());
        event.headers().forEach(header -> record.headers().add(header.name(), header.value()));
        producer.send(record);
    }

    /** Totals of the newest job, by role; fails when none comes in time. */
    Map<String, Long> totals(String role) throws SQLException {
        Map<String, Long> totals = new HashMap<>();
        try (Connection connection = database.getConnection();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT key, sum(value::bigint) FROM router_progress p, jsonb_each_text(totals)"
                                + " WHERE role = '" + role + "' AND job_id = '" + job.getJobID() + "' GROUP BY key")) {
            while (rows.next()) {
                totals.put(rows.getString(1), rows.getLong(2));
            }
        }
        return totals;
    }

    long number(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The first column of the first row; null where there is none. */
    String text(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    void awaitNumber(String sql, long expected) throws Exception {
        await(sql + " = " + expected, () -> number(sql) == expected);
    }

    static void await(String what, Condition condition) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            assertThat(Instant.now()).as("waiting for " + what).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    @Override
    public void close() throws Exception {
        producer.close();
        if (job != null) {
            job.cancel().get();
        }
    }
}
