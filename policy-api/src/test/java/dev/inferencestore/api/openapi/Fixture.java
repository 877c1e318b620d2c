package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;

/** Things that are there, so that a wrong request that were taken would change something. */
final class Fixture {
    private static final String MODEL = "/api/v1/models/m";
    private static final String POLICY = """
            {"maximum_record_age": 72, "maximum_blob_age": 24, "delete_action": "soft", "automated_interval": 24}""";

    private static String taskId = "";

    private Fixture() {}

    static void make(Client client) {
        done(client.put(MODEL, "{\"project_id\": \"p\", \"task_type\": \"t\"}"));
        done(client.put(MODEL + "/retention-policy", POLICY));
        done(client.put(MODEL + "/holds/h", "{\"reason\": \"r\"}"));
        done(client.put("/api/v1/projects/p/default-retention-policy", POLICY));
        done(client.put(
                "/api/v1/projects/p/retention-limit", "{\"maximum_record_age\": 720, \"maximum_blob_age\": 72}"));
        Answer task = client.post(MODEL + "/retention-tasks", "{}");
        done(task);
        taskId = task.json().path("id").asText();
    }

    /** A path with the ids of what is there. */
    static String fill(String path) {
        return path.replace("{model_id}", "m")
                .replace("{project_id}", "p")
                .replace("{hold_id}", "h")
                .replace("{task_id}", taskId)
                .replace("{inference_id}", "i")
                .replace("{replay_id}", "0f8fad5b-d9cb-469f-a165-70867728950e")
                .replace("{key}", "k")
                .replace("{principal}", "user:u")
                .replace("{id}", "0f8fad5b-d9cb-469f-a165-70867728950e");
    }

    private static void done(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isLessThan(300);
    }
}
