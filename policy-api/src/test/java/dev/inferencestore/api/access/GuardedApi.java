package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.Map;

/** An API that asks who calls, and somebody who may do everything. */
final class GuardedApi implements AutoCloseable {
    static final String BOOTSTRAP = "bootstrap-0123456789-abcdefghijklmnopqrstuvwxyz";

    final TestServers.Store store;
    final PolicyApi api;
    final Client anyone;
    final Client admin;

    GuardedApi(String... more) {
        this(TestServers.newStore(), more);
    }

    /** One more process on a store. */
    GuardedApi(TestServers.Store store, String... more) {
        this.store = store;
        api = PolicyApi.start(store.settings(false, Map.of("INFERENCE_STORE_AUTH_BOOTSTRAP_TOKEN", BOOTSTRAP), more));
        anyone = new Client(api);
        admin = anyone.as(BOOTSTRAP);
    }

    /** A new token with one role. */
    String token(String name, String projectId, Role role) {
        return token(name, "{\"" + projectId + "\": [\"" + role.text() + "\"]}")
                .path("token")
                .asText();
    }

    /** A new token with roles as JSON, as the call that made it answers. */
    JsonNode token(String name, String roles) {
        Answer made = admin.post("/api/v1/tokens", "{\"name\": \"" + name + "\", \"roles\": " + roles + "}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json();
    }

    /** Claims of one prefix, a namespace and a topic, all named after the project. */
    void claim(String projectId) {
        Answer set = admin.put(
                "/api/v1/projects/" + projectId + "/claims",
                "{\"id_prefixes\": [\"" + projectId + "-\"], \"namespaces\": [\"" + projectId + "\"], \"topics\": [\""
                        + projectId + "\"]}");
        assertThat(set.status()).as(set.text()).isIn(200, 201);
    }

    void register(String modelId, String projectId) {
        Answer made = admin.put("/api/v1/models/" + modelId, registration(projectId));
        assertThat(made.status()).as(made.text()).isIn(200, 201);
    }

    static String registration(String projectId) {
        return "{\"project_id\": \"" + projectId + "\", \"task_type\": \"detection\"}";
    }

    static String registration(String projectId, String sources) {
        return "{\"project_id\": \"" + projectId + "\", \"task_type\": \"detection\", \"sources\": " + sources + "}";
    }

    @Override
    public void close() {
        api.close();
    }
}
