package dev.inferencestore.job.options;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.reference.AllowedPrefixes;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.segment.S3Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that can be set on the job. Flink's own settings (parallelism, state, restarts) are Flink's. */
public final class JobOptions {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    public static final Option<String> KAFKA =
            Option.text("kafka.bootstrap-servers", "Kafka brokers, as host:port,host:port.");
    public static final Option<String> KAFKA_PROPERTIES = Option.text(
                    "kafka.properties-file",
                    "A file of further properties for all Kafka clients (security and the like), read when the job is"
                            + " submitted.")
            .optionally();
    public static final Option<String> INFERENCES =
            Option.text("kafka.inferences-topic", "Topic of inference events.").or("inference-store.inferences");
    public static final Option<String> CONTROL = Option.text(
                    "kafka.control-topic", "Topic of control records; one partition.")
            .or("inference-store.control");
    public static final Option<String> DEAD_LETTERS = Option.text(
                    "kafka.dead-letter-topic", "Topic of events that could not be understood.")
            .or("inference-store.dead-letters");
    public static final Option<String> GROUP = Option.text(
                    "kafka.group-id", "Consumer group under which progress is shown in Kafka; Flink keeps its own.")
            .or("inference-store");
    public static final Option<Boolean> ACCEPT_GAPS = Option.flag(
                    "kafka.accept-gaps",
                    "Whether to go on, counting the loss, when Kafka no longer has events that were not read yet;"
                            + " otherwise the job stops and says which.")
            .or("false");
    public static final Option<Duration> DISCOVERY = Option.duration(
                    "kafka.partition-discovery",
                    Duration.ofSeconds(1),
                    "How often to look for new partitions and for topics that registrations name.")
            .or("10s");
    public static final Option<Long> MAX_EVENT = Option.bytes(
                    "ingest.max-event-size",
                    KIB,
                    512 * MIB,
                    "Key, value and headers of the largest event that is taken; a larger one is a dead letter.")
            .or("33 MiB");
    public static final Option<Long> MAX_PAYLOAD = Option.bytes(
                    "ingest.max-input-size",
                    0,
                    512 * MIB,
                    "The largest input and the largest output that are stored; of a larger one the record says its size, its"
                            + " hash and the reason.")
            .or("32 MiB");
    public static final Option<String> REFERENCE_PREFIXES = Option.text(
                    "ingest.reference-prefixes",
                    "From where inputs are fetched that events refer to (dataref), as s3://bucket/path/,https://host/path/;"
                            + " none where it is left out.")
            .optionally();
    public static final Option<Duration> REFERENCE_TIMEOUT = Option.duration(
                    "ingest.reference-timeout",
                    Duration.ofMillis(100),
                    "How long to try to fetch such an input, before it is recorded without its bytes.")
            .or("10s");
    public static final Option<Integer> REFERENCE_FETCHES = Option.integer(
                    "ingest.reference-fetches",
                    1,
                    64,
                    "How many such inputs one subtask fetches at once, each into memory.")
            .or("4");
    public static final Option<Long> MAX_DEAD_LETTER = Option.bytes(
                    "dead-letters.max-size",
                    128 * KIB,
                    512 * MIB,
                    "The largest record of the dead-letter topic; an event that does not fit goes there cut short.")
            .or("34 MiB");
    public static final Option<Long> SEGMENT_SIZE = Option.bytes(
                    "segments.target-size", KIB, 256 * MIB, "A segment of this size is closed and uploaded.")
            .or("8 MiB");
    public static final Option<Duration> SEGMENT_AGE = Option.duration(
                    "segments.max-age", Duration.ofMillis(10), "A segment of this age is closed and uploaded.")
            .or("1s");
    public static final Option<Integer> OPEN_SEGMENTS = Option.integer(
                    "segments.max-open",
                    1,
                    100_000,
                    "The most open segments of one subtask; one more and the oldest is closed.")
            .or("1000");
    public static final Option<Long> OPEN_SIZE = Option.bytes(
                    "segments.max-open-size",
                    KIB,
                    16_384 * MIB,
                    "The most bytes in open segments of one subtask; above it the oldest is closed.")
            .or("64 MiB");
    public static final Option<Integer> UPLOADS = Option.integer(
                    "segments.uploads", 1, 256, "How many uploads of one subtask run at once.")
            .or("4");
    public static final Option<Long> UPLOAD_SIZE = Option.bytes(
                    "segments.max-upload-size",
                    KIB,
                    16_384 * MIB,
                    "The most bytes of one subtask on their way to the object store; above it reading waits.")
            .or("64 MiB");
    public static final Option<Integer> FLUSH_ROWS = Option.integer(
                    "records.max-rows", 1, 5_000, "This many rows are stored in one transaction.")
            .or("1000");
    public static final Option<Long> FLUSH_SIZE = Option.bytes(
                    "records.max-size", KIB, 512 * MIB, "Rows of this size are stored in one transaction.")
            .or("8 MiB");
    public static final Option<Duration> FLUSH_AGE = Option.duration(
                    "records.max-age", Duration.ofMillis(10), "Rows wait no longer than this for a transaction.")
            .or("200ms");
    public static final Option<Duration> CHECKPOINTS = Option.duration(
                    "checkpoint.interval",
                    Duration.ofMillis(100),
                    "How often to take a checkpoint, where Flink's own configuration does not say.")
            .or("10s");

    public static final Option<Integer> RETENTION_THREADS = Option.integer(
                    "retention.threads", 1, 64, "How many models one subtask removes data of at once.")
            .or("1");
    public static final Option<Duration> RETENTION_GRACE = Option.duration(
                    "retention.grace",
                    Duration.ofSeconds(1),
                    "How long what a SOFT run hid can be restored; then it is removed for good.")
            .or("7d");
    public static final Option<Duration> RETENTION_NOTICE_PATIENCE = Option.duration(
                    "retention.notice-patience",
                    Duration.ZERO,
                    "How long the first removal under a policy waits for its notice to be on the retention-events topic;"
                            + " then it removes all the same.")
            .or("1m");
    public static final Option<Integer> RETENTION_ERASE_BATCH = Option.integer(
                    "retention.erase-batch", 1, 10_000, "How many rows an erase takes in one transaction, about.")
            .or("500");
    public static final Option<Duration> RETENTION_KEEP_RECEIPTS = Option.duration(
                    "retention.keep-receipts",
                    Duration.ofDays(1),
                    "How long receipts of erasures can be read after they ended.")
            .or("1095d");
    public static final Option<Duration> RETENTION_RECONCILE = Option.duration(
                    "retention.reconcile-interval",
                    Duration.ofSeconds(1),
                    "How often to ask the database for policies and tasks that the control topic did not bring.")
            .or("60s");
    public static final Option<Duration> RETENTION_LEASE = Option.duration(
                    "retention.lease",
                    Duration.ofSeconds(2),
                    "How long a model stays with a subtask that is not heard of, before another goes on; longer than"
                            + " s3.timeout.")
            .or("90s");
    public static final Option<Duration> RETENTION_PATIENCE = Option.duration(
                    "retention.patience",
                    Duration.ofSeconds(1),
                    "How long a run tries again what may pass, such as an object store that is away, before it fails.")
            .or("5min");
    public static final Option<Integer> RETENTION_SLICE_ROWS = Option.integer(
                    "retention.slice-rows", 1, 100_000, "How many records are removed in one transaction.")
            .or("5000");
    public static final Option<Integer> RETENTION_SLICE_SEGMENTS = Option.integer(
                    "retention.slice-segments",
                    1,
                    100_000,
                    "About how many segments are claimed and deleted at a time.")
            .or("1000");
    public static final Option<Duration> RETENTION_KEEP_TASKS = Option.duration(
                    "retention.keep-tasks",
                    Duration.ofHours(1),
                    "How long ended retention tasks are kept, but for what may still be restored.")
            .or("90d");
    public static final Option<Duration> SWEEP_INTERVAL = Option.duration(
                    "sweep.interval",
                    Duration.ofSeconds(1),
                    "How often to look through the bucket for objects that no row names, which a crash leaves.")
            .or("24h");
    public static final Option<Duration> SWEEP_AGE = Option.duration(
                    "sweep.min-age",
                    Duration.ofSeconds(1),
                    "Objects younger than this are not swept: their rows may be on their way.")
            .or("24h");

    /** All of them, in the order of the options page. */
    public static final List<Option<?>> ALL = all();

    private JobOptions() {}

    /**
     * Reads them all from arguments and environment.
     *
     * @throws dev.inferencestore.domain.options.InvalidSettings with everything that is wrong with them
     */
    public static Settings read(String[] arguments, Map<String, String> environment) {
        return Settings.read(ALL, arguments, environment, (settings, problems) -> {
            if (settings.find(S3Options.ACCESS_KEY).isPresent()
                    != settings.find(S3Options.SECRET_KEY).isPresent()) {
                problems.add("'" + S3Options.ACCESS_KEY.key() + "' and '" + S3Options.SECRET_KEY.key()
                        + "' go together: give both, or neither to use the usual AWS credential chain");
            }
            referencePrefixes(settings).problems(settings.find(S3Options.BUCKET).orElse("")).stream()
                    .map(problem -> "'" + REFERENCE_PREFIXES.key() + "': " + problem)
                    .forEach(problems::add);
            Optional<Duration> lease = settings.find(RETENTION_LEASE);
            Optional<Duration> call = settings.find(S3Options.TIMEOUT);
            if (lease.isPresent() && call.isPresent() && lease.get().compareTo(call.get()) <= 0) {
                problems.add("'" + RETENTION_LEASE.key() + "' must be longer than '" + S3Options.TIMEOUT.key()
                        + "': a call to the object store must end before another subtask takes over");
            }
        });
    }

    /** From where inputs may be fetched. */
    public static AllowedPrefixes referencePrefixes(Settings settings) {
        return AllowedPrefixes.of(settings.find(REFERENCE_PREFIXES).orElse(""));
    }

    private static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(List.of(
                KAFKA,
                KAFKA_PROPERTIES,
                INFERENCES,
                CONTROL,
                DEAD_LETTERS,
                GROUP,
                ACCEPT_GAPS,
                DISCOVERY,
                MAX_EVENT,
                MAX_PAYLOAD,
                REFERENCE_PREFIXES,
                REFERENCE_TIMEOUT,
                REFERENCE_FETCHES,
                MAX_DEAD_LETTER,
                SEGMENT_SIZE,
                SEGMENT_AGE,
                OPEN_SEGMENTS,
                OPEN_SIZE,
                UPLOADS,
                UPLOAD_SIZE,
                FLUSH_ROWS,
                FLUSH_SIZE,
                FLUSH_AGE,
                PostgresOptions.URL,
                PostgresOptions.USER,
                PostgresOptions.PASSWORD,
                RETENTION_THREADS,
                RETENTION_GRACE,
                RETENTION_NOTICE_PATIENCE,
                RETENTION_ERASE_BATCH,
                RETENTION_KEEP_RECEIPTS,
                RETENTION_RECONCILE,
                RETENTION_LEASE,
                RETENTION_PATIENCE,
                RETENTION_SLICE_ROWS,
                RETENTION_SLICE_SEGMENTS,
                RETENTION_KEEP_TASKS,
                SWEEP_INTERVAL,
                SWEEP_AGE,
                CHECKPOINTS));
        all.addAll(S3Options.ALL);
        return List.copyOf(all);
    }
}
