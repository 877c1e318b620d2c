package dev.inferencestore.api.retention;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.Tables;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.storage.retention.Leases;
import dev.inferencestore.storage.retention.ModelVisit;
import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.retention.RunSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** An API on a database of its own, and what tests of retention do with both. */
final class RetentionApi implements AutoCloseable {
    static final String POLICY = """
            {"maximum_record_age": 72, "maximum_blob_age": 24.5, "delete_action": "soft", "automated_interval": 24}""";
    static final String MANUAL = """
            {"maximum_record_age": 2, "maximum_blob_age": 1, "delete_action": "soft"}""";

    final TestServers.Store store = TestServers.newStore();
    final Client client;
    private final PolicyApi api;
    private final Jdbi jdbi = Jdbi.create(store.database());

    private RetentionApi(String relay) {
        api = PolicyApi.start(store.settings(Boolean.parseBoolean(relay)));
        client = new Client(api);
    }

    static RetentionApi start() {
        return new RetentionApi("false");
    }

    static RetentionApi startWithRelays() {
        return new RetentionApi("true");
    }

    /** A model of its own; its path. */
    String model() {
        return model("m-" + UUID.randomUUID());
    }

    /** Registers a model; its path. */
    String model(String id) {
        String path = "/api/v1/models/" + id;
        register(path, "p");
        return path;
    }

    /** Registers a model in a project, or moves it there. */
    Answer register(String modelPath, String project) {
        return client.put(modelPath, "{\"project_id\": \"" + project + "\", \"task_type\": \"t\"}");
    }

    int port() {
        return api.port();
    }

    static String id(String modelPath) {
        return modelPath.substring(modelPath.lastIndexOf('/') + 1);
    }

    Answer setPolicy(String modelPath, String policy) {
        return client.put(modelPath + "/retention-policy", policy);
    }

    /** Asks for a task; its id. */
    String task(String modelPath, String body) {
        return client.post(modelPath + "/retention-tasks", body)
                .json()
                .path("id")
                .asText();
    }

    /** A SOFT task that is complete and hid records and inputs between two points of time. */
    String softTask(String modelPath, String from, String upTo) {
        String taskId = task(modelPath, "{}");
        sql("""
                UPDATE retention_tasks
                SET state = 'complete', delete_action = 'soft', record_from = '%1$s', blob_from = '%1$s',
                    record_cutoff = '%2$s', blob_cutoff = '%2$s', record_hides = '%2$s', blob_hides = '%2$s',
                    started_at = now(), finished_at = now(), restorable_until = now() + interval '7 days'
                WHERE task_id = '%3$s'""".formatted(from, upTo, taskId));
        sql("UPDATE floors SET record_visible = '%1$s', blob_visible = '%1$s' WHERE model_id = '%2$s'"
                .formatted(upTo, id(modelPath)));
        return taskId;
    }

    /** Stores inferences without an input, as a job does, at points of time one minute apart. */
    void store(String modelPath, String from, String... inferenceIds) {
        String model = id(modelPath);
        jdbi.useTransaction(handle -> {
            for (int i = 0; i < inferenceIds.length; i++) {
                handle.execute("""
                        INSERT INTO inferences (model_id, inference_id, created_at, part, action, metadata, fingerprint)
                        VALUES (?, ?, CAST(? AS timestamptz) + ? * interval '1 minute', 'both', 'score',
                                '{"region": "eu"}', '')""", model, inferenceIds[i], from, i);
                handle.execute("""
                        INSERT INTO model_hours AS m (model_id, hour, slot, records, oldest, newest)
                        SELECT ?, date_trunc('hour', t, 'UTC'), 0, 1, t, t
                        FROM (SELECT CAST(? AS timestamptz) + ? * interval '1 minute' AS t) n
                        ON CONFLICT (model_id, hour, slot) DO UPDATE
                        SET records = m.records + 1, newest = excluded.newest""", model, from, i);
            }
        });
    }

    /** Does the work that a model has, as the job does; there are no objects, since nothing was stored with an input. */
    void work(String modelPath) {
        Leases leases = new Leases(UUID.randomUUID().toString(), Duration.ofSeconds(30));
        RunSettings settings = new RunSettings(5, 2, 3, Duration.ofDays(7), Duration.ZERO);
        try (Handle handle = jdbi.open()) {
            Leases.Lease lease = leases.take(handle, id(modelPath)).orElseThrow();
            ClockWatch clock = new ClockWatch(Clock.systemUTC(), System::nanoTime);
            new ModelVisit(handle, leases, lease, new NoObjects(), clock, settings, new RunListener() {}).work();
            leases.release(handle, lease);
        }
    }

    /** What the audit log has of a model: who did what. */
    List<String> audit(String modelPath) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT actor || ' ' || action FROM audit_log WHERE model_id = ? ORDER BY audit_id")
                .bind(0, id(modelPath))
                .mapTo(String.class)
                .list());
    }

    void sql(String statement) {
        jdbi.useHandle(handle -> handle.execute(statement));
    }

    List<String> texts(String query) {
        return jdbi.withHandle(
                handle -> handle.createQuery(query).mapTo(String.class).list());
    }

    String text(String query) {
        return texts(query).get(0);
    }

    /** The content of every table, as a digest each. */
    Map<String, String> tables() {
        return Tables.digests(jdbi);
    }

    @Override
    public void close() {
        api.close();
    }
}
