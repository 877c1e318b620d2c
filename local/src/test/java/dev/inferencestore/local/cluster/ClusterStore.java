package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.S3Options;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The whole store as users run it: real servers, the API with its relay, and the jar submitted to a cluster. */
final class ClusterStore implements AutoCloseable {
    static final String TOPIC = "inference-store.inferences";
    private static final String BUCKET = "inputs";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final FlinkCluster cluster;
    private final List<AutoCloseable> started = new ArrayList<>();
    private final KafkaServer kafka;
    private final PostgresServer postgres;
    private final S3Server s3;
    private final KafkaProducer<byte[], byte[]> producer;
    private final PolicyApi api;
    private final String url;
    private String job = "";

    ClusterStore(Path folder) throws Exception {
        kafka = add(KafkaServer.start(folder.resolve("kafka"), 0));
        postgres = add(PostgresServer.start(folder.resolve("postgres"), 0));
        s3 = add(S3Server.start(folder.resolve("s3"), 0));
        s3.createBucket(BUCKET);
        topics();
        producer = add(new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
        url = postgres.createDatabase("store") + (postgres.jdbcUrl().contains("?") ? "&" : "?") + "user="
                + postgres.user() + "&currentSchema=inference_store";
        api = add(PolicyApi.start(Settings.read(
                ApiOptions.ALL,
                new String[] {
                    "--http.port", "0",
                    "--kafka.bootstrap-servers", kafka.bootstrapServers(),
                    "--retention.min-interval", "1s",
                    "--postgres.url", postgres.createDatabase("store"),
                    "--postgres.user", postgres.user(),
                    "--s3.endpoint", s3.endpoint().toString(),
                    "--s3.bucket", BUCKET,
                    "--s3.access-key", s3.accessKey(),
                    "--s3.secret-key", s3.secretKey()
                },
                Map.of())));
        cluster = add(new FlinkCluster(folder.resolve("flink")));
    }

    /** Submits the job with further options, and waits until it runs. */
    void submit(String... options) throws Exception {
        job = cluster.run(jar(), null, arguments(options));
        cluster.awaitRunning(job);
    }

    /** Submits a job beside it that the jar has too, as {@code flink run -c} does. */
    void submitBeside(String entryClass, String... options) throws Exception {
        cluster.run(jar(), entryClass, arguments(options));
    }

    private static Path jar() {
        return Path.of(System.getProperty("job.jar"));
    }

    private List<String> arguments(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--kafka.bootstrap-servers", kafka.bootstrapServers(),
                "--postgres.url", postgres.createDatabase("store"),
                "--postgres.user", postgres.user(),
                "--s3.endpoint", s3.endpoint().toString(),
                "--s3.bucket", BUCKET,
                "--s3.access-key", s3.accessKey(),
                "--s3.secret-key", s3.secretKey()));
        arguments.addAll(List.of(options));
        return arguments;
    }

    String job() {
        return job;
    }

    void register(String model, boolean enabled) throws Exception {
        call("PUT", "/models/" + model, "{\"project_id\":\"p\",\"task_type\":\"t\"}");
        call("PUT", "/models/" + model + "/storage", "{\"enabled\":" + enabled + "}");
    }

    /** Calls the API, which must not answer an error. */
    JsonNode call(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = answer(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }

    int status(String method, String path, String body) throws Exception {
        return answer(method, path, body).statusCode();
    }

    private HttpResponse<String> answer(String method, String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends an event of the own JSON format, whose time is that of its header unless it says another. */
    void send(String model, String id, String json) {
        send(TOPIC, model, id, json);
    }

    /** The same to any topic. */
    @SuppressWarnings("FutureReturnValueIgnored") // what was not sent is missed in the counts
    void send(String topic, String model, String id, String json) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, utf8(id), utf8(json));
        record.headers().add("ce_specversion", utf8("1.0"));
        record.headers().add("ce_id", utf8(id));
        record.headers().add("ce_source", utf8("/test"));
        record.headers().add("ce_type", utf8("dev.inferencestore.inference"));
        record.headers().add("ce_time", utf8("2026-11-20T12:00:00Z"));
        record.headers().add("ce_modelid", utf8(model));
        record.headers().add("content-type", utf8("application/json"));
        producer.send(record);
    }

    void allSent() {
        producer.flush();
    }

    /** Totals of the job, by role. */
    Map<String, Long> totals(String role) throws SQLException {
        Map<String, Long> totals = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT key, sum(value::bigint) FROM router_progress, jsonb_each_text(totals)"
                                + " WHERE role = '" + role + "' AND job_id = '" + job + "' GROUP BY key")) {
            while (rows.next()) {
                totals.put(rows.getString(1), rows.getLong(2));
            }
        }
        return totals;
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    String text(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** How many objects of a model there are, by listing the bucket. */
    long objects(String model) {
        Settings settings = Settings.read(
                S3Options.ALL,
                new String[] {
                    "--s3.endpoint", s3.endpoint().toString(),
                    "--s3.bucket", BUCKET,
                    "--s3.access-key", s3.accessKey(),
                    "--s3.secret-key", s3.secretKey()
                },
                Map.of());
        try (ObjectStore store = S3ObjectStore.connect(settings, 1)) {
            return Stream.iterate(
                            store.list("inputs/" + model + "/", null),
                            page -> page != null,
                            page -> page.next() == null ? null : store.list("inputs/" + model + "/", page.next()))
                    .map(Listing::entries)
                    .mapToLong(List::size)
                    .sum();
        }
    }

    @Override
    public void close() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        started.add(part);
        return part;
    }

    private void topics() throws Exception {
        createTopic(TOPIC, 2);
        createTopic("inference-store.dead-letters", 1);
    }

    void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
