package dev.inferencestore.local;

import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.InferenceStoreJob;
import dev.inferencestore.local.demo.Demo;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts all parts of the store in their order, each on what its directory holds. */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final String DATABASE = "inference_store";
    private static final String BUCKET = "inference-store";

    private final Settings settings;
    private final Ports ports;
    private final DataDirectory data;
    private final Running running;

    Store(Settings settings, Ports ports, DataDirectory data, Running running) {
        this.settings = settings;
        this.ports = ports;
        this.data = data;
        this.running = running;
    }

    /** Starts the servers, the API and the job. What has been started is in {@code running}, whether the rest fails or not. */
    Ready start() {
        PostgresServer postgres = running.add(PostgresServer.start(data.postgres(), ports.postgres()));
        S3Server s3 = running.add(S3Server.start(data.s3(), ports.s3()));
        s3.createBucket(BUCKET);
        LocalKafka kafka = running.add(LocalKafka.start(data.kafka(), ports.kafka(), ports.kafkaController()));
        String database = postgres.createDatabase(DATABASE);
        Wiring wiring = new Wiring()
                .with("http.host", "127.0.0.1")
                .with("http.port", String.valueOf(ports.api()))
                .with("kafka.bootstrap-servers", kafka.bootstrapServers())
                .with("kafka.inferences-topic", LocalKafka.INFERENCES)
                .with("kafka.control-topic", LocalKafka.CONTROL)
                .with("kafka.dead-letter-topic", LocalKafka.DEAD_LETTERS)
                .with("kafka.retention-events-topic", LocalKafka.RETENTION_EVENTS)
                // Shorter than in production, so that one can see a policy run.
                .with("retention.min-interval", "10s")
                .with("postgres.url", database)
                .with("postgres.user", postgres.user())
                .with("s3.endpoint", s3.endpoint().toString())
                .with("s3.region", s3.region())
                .with("s3.bucket", BUCKET)
                .with("s3.access-key", s3.accessKey())
                .with("s3.secret-key", s3.secretKey())
                .with("s3.path-style", "true");
        if (!settings.get(LocalOptions.NO_JOB)) {
            Replays.wire(wiring, ports, data);
        }
        PolicyApi api = running.add(PolicyApi.start(wiring.forApi()));
        String flink = settings.get(LocalOptions.NO_JOB) ? null : startJob(wiring.forJob());
        return new Ready(
                "http://127.0.0.1:" + api.port(),
                kafka.bootstrapServers(),
                database,
                s3.endpoint().toString(),
                flink,
                data.root().toString(),
                BUCKET,
                s3.accessKey(),
                s3.secretKey());
    }

    void startDemo(Ready ready) {
        if (!settings.get(LocalOptions.NO_DEMO)) {
            running.add(Demo.start(
                    ready.api(),
                    ready.kafka(),
                    LocalKafka.INFERENCES,
                    ready.postgres(),
                    !settings.get(LocalOptions.NO_JOB)));
        }
    }

    private String startJob(Settings jobSettings) {
        Optional<Path> checkpoint = LatestCheckpoint.in(data.checkpoints());
        checkpoint.ifPresent(path -> System.out.println("The job goes on from checkpoint " + path));
        FlinkSetup setup = new FlinkSetup(
                ports,
                data.checkpoints(),
                data.scratch(),
                settings.get(LocalOptions.PARALLELISM),
                settings.get(LocalOptions.CHECKPOINT_INTERVAL),
                checkpoint);
        LocalFlink flink = running.add(LocalFlink.start(
                setup, environment -> InferenceStoreJob.build(environment, jobSettings), Store::jobEnded));
        return flink.restAddress().toString();
    }

    private static void jobEnded(Throwable why) {
        LOG.error("the job has ended", why);
        System.err.println("The job has ended and nothing is stored any more: " + why.getMessage());
    }
}
