package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar that users submit, on a Flink cluster of its own processes, with the API and the relay beside it: models are
 * switched under load, a TaskManager is killed, everything is sent twice, and every event is accounted for.
 */
class SubmittedJobTest {
    private static final String TOPIC = "inference-store.inferences";
    private static final int EVENTS = 6_000;

    /** What docs/operations.md tells people to watch. */
    private static final List<String> METRICS = List.of(
            "Route_events.accepted",
            "Route_events.reason.storage_disabled.turned_away",
            "Route_events.reason.field_unknown.dead_lettered",
            "Route_events.controlVersion",
            "Route_events.registeredModels",
            "Write_segments.openSegments",
            "Write_segments.openBytes",
            "Write_segments.uploadMillis_p99",
            "Write_segments.uploadsRunning",
            "Write_segments.objects",
            "Store_records__Writer.inserted",
            "Store_records__Writer.already_there",
            "Store_records__Writer.flushRows_median",
            "Store_records__Writer.flushMillis_p99");

    @TempDir
    Path folder;

    private KafkaProducer<byte[], byte[]> producer;
    private String url;
    private String job;

    @Test
    void nothingIsLostOrCountedTwiceWhenATaskManagerIsKilled() throws Exception {
        try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), 0);
                PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), 0);
                S3Server s3 = S3Server.start(folder.resolve("s3"), 0);
                KafkaProducer<byte[], byte[]> sender = producer(kafka);
                PolicyApi api = api(kafka, postgres);
                FlinkCluster cluster = new FlinkCluster(folder.resolve("flink"))) {
            producer = sender;
            topics(kafka);
            s3.createBucket("inputs");
            register(api, "on", true);
            register(api, "switched", true);
            register(api, "off", false);
            job = cluster.run(Path.of(System.getProperty("job.jar")), arguments(kafka, postgres, s3));
            assertThat(call(api, "PUT", "/models/on/storage?wait=PT30S", "{\"enabled\":true}"))
                    .contains("\"in_effect\":true");

            send(0, EVENTS / 2);
            cluster.await("rows", () -> number("SELECT count(*) FROM inferences") > 200);
            cluster.await("a checkpoint", () -> cluster.checkpoints(job) > 1);
            cluster.killTaskManager();
            cluster.startTaskManager();
            send(EVENTS / 2, EVENTS);
            cluster.awaitRunning(job);
            cluster.await("all events", () -> sum(totals("route")) == EVENTS + accepted());
            cluster.await("all rows", () -> sum(totals("store")) == accepted());

            assertThat(totals("route")).isEqualTo(expected(1));
            assertThat(number("SELECT count(*) FROM inferences")).isEqualTo(accepted());
            assertThat(number("SELECT sum(records) FROM model_hours")).isEqualTo(accepted());
            assertThat(number("SELECT sum(count) FROM model_ingest WHERE outcome = 'inserted'"))
                    .isEqualTo(accepted());
            assertThat(call(api, "GET", "/models/on/ingest", ""))
                    .contains("\"inserted\":" + EVENTS / 4)
                    .contains("field_unknown");
            assertThat(call(api, "GET", "/unmatched-sources", "")).contains("stranger");

            String before = everything();
            send(0, EVENTS);
            cluster.await("all events again", () -> totals("route").equals(expected(2)));
            cluster.await("all rows again", () -> sum(totals("store")) == 2 * accepted());
            assertThat(everything()).isEqualTo(before);

            for (String metric : METRICS) {
                cluster.await(metric, () -> cluster.metrics(job).contains(metric));
            }
            switchUnderLoad(api, cluster);
        }
    }

    /** Once the API says that disabling is in effect, nothing that is sent afterwards or before comes any more. */
    private void switchUnderLoad(PolicyApi api, FlinkCluster cluster) throws Exception {
        Thread load = new Thread(() -> {
            for (int i = 0; i < 20_000 && !Thread.currentThread().isInterrupted(); i++) {
                send("switched", "load" + i, "{\"output\":" + i + "}");
            }
        });
        load.start();
        cluster.await("load", () -> number("SELECT count(*) FROM inferences WHERE inference_id LIKE 'load%'") > 100);
        assertThat(call(api, "PUT", "/models/switched/storage?wait=PT30S", "{\"enabled\":false}"))
                .contains("\"in_effect\":true");
        long then = number("SELECT count(*) FROM inferences WHERE model_id = 'switched'");
        send("on", "after the switch", "{\"output\":1}");
        cluster.await(
                "a later event",
                () -> number("SELECT count(*) FROM inferences" + " WHERE inference_id = 'after the switch'") == 1);
        assertThat(number("SELECT count(*) FROM inferences WHERE model_id = 'switched'"))
                .isEqualTo(then);
        load.interrupt();
        load.join();
    }

    /** Events in turn for: on, switched, off, and by turns a stranger and a malformed one. */
    private void send(int from, int to) {
        for (int i = from; i < to; i++) {
            switch (i % 4) {
                case 0 -> send("on", "i" + i, "{\"input\":{\"data\":\"input " + i + "\"},\"output\":" + i + "}");
                case 1 -> send("switched", "i" + i, "{\"output\":" + i + "}");
                case 2 -> send("off", "i" + i, "{\"output\":1}");
                default -> send(i % 8 == 3 ? "stranger" : "on", "i" + i, "{\"no\":1}");
            }
        }
        producer.flush();
    }

    private static Map<String, Long> expected(int times) {
        long quarter = (long) EVENTS / 4 * times;
        return Map.of(
                "accepted",
                2 * quarter,
                "inferences",
                2 * quarter,
                "turned_away.storage_disabled",
                quarter,
                "turned_away.unregistered",
                quarter / 2,
                "dead_lettered.field_unknown",
                quarter / 2);
    }

    private static long accepted() {
        return EVENTS / 2;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what was not sent is missed in the counts
    private void send(String model, String id, String json) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TOPIC, utf8(id), utf8(json));
        record.headers().add("ce_specversion", utf8("1.0"));
        record.headers().add("ce_id", utf8(id));
        record.headers().add("ce_source", utf8("/test"));
        record.headers().add("ce_type", utf8("dev.inferencestore.inference"));
        record.headers().add("ce_time", utf8("2026-11-20T12:00:00Z"));
        record.headers().add("ce_modelid", utf8(model));
        record.headers().add("content-type", utf8("application/json"));
        producer.send(record);
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaServer kafka) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void topics(KafkaServer kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, 2, (short) 1),
                            new NewTopic("inference-store.dead-letters", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private PolicyApi api(KafkaServer kafka, PostgresServer postgres) {
        url = postgres.createDatabase("store") + (postgres.jdbcUrl().contains("?") ? "&" : "?") + "user="
                + postgres.user() + "&currentSchema=inference_store";
        return PolicyApi.start(Settings.read(
                ApiOptions.ALL,
                new String[] {
                    "--http.port", "0",
                    "--kafka.bootstrap-servers", kafka.bootstrapServers(),
                    "--postgres.url", postgres.createDatabase("store"),
                    "--postgres.user", postgres.user()
                },
                Map.of()));
    }

    private static List<String> arguments(KafkaServer kafka, PostgresServer postgres, S3Server s3) {
        return List.of(
                "--kafka.bootstrap-servers", kafka.bootstrapServers(),
                "--postgres.url", postgres.createDatabase("store"),
                "--postgres.user", postgres.user(),
                "--s3.endpoint", s3.endpoint().toString(),
                "--s3.bucket", "inputs",
                "--s3.access-key", s3.accessKey(),
                "--s3.secret-key", s3.secretKey());
    }

    private static void register(PolicyApi api, String model, boolean enabled) throws Exception {
        call(api, "PUT", "/models/" + model, "{\"project_id\":\"p\",\"task_type\":\"t\"}");
        call(api, "PUT", "/models/" + model + "/storage", "{\"enabled\":" + enabled + "}");
    }

    private static String call(PolicyApi api, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + path))
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private Map<String, Long> totals(String role) throws SQLException {
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

    private static long sum(Map<String, Long> totals) {
        return totals.values().stream().mapToLong(Long::longValue).sum();
    }

    private long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    private String everything() throws SQLException {
        return text("SELECT (SELECT md5(string_agg(i::text, '|' ORDER BY i::text)) FROM inferences i)"
                + " || (SELECT md5(string_agg(s::text, '|' ORDER BY s::text)) FROM segments s)"
                + " || (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM model_hours h)");
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
