package dev.inferencestore.api.retention;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** An API on a database of its own, and what tests of retention do with both. */
final class RetentionApi implements AutoCloseable {
    static final String POLICY = """
            {"maximum_record_age": 72, "maximum_blob_age": 24.5, "delete_action": "soft", "automated_interval": 24}""";
    static final String MANUAL = """
            {"maximum_record_age": 2, "maximum_blob_age": 1, "delete_action": "soft"}""";

    private static final String TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'inference_store'";
    private static final String DIGEST =
            "SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM %s t";

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
        return jdbi.withHandle(handle -> {
            Map<String, String> tables = new TreeMap<>();
            for (String table : handle.createQuery(TABLES).mapTo(String.class).list()) {
                tables.put(
                        table,
                        handle.createQuery(DIGEST.formatted(table))
                                .mapTo(String.class)
                                .one());
            }
            return tables;
        });
    }

    @Override
    public void close() {
        api.close();
    }
}
