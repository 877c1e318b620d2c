package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Models with old and new inferences in a store, what is asked of them through the API, and what is then there. */
final class StoredModels {
    static final int OLD = 40;
    static final int NEW = 7;

    private final ClusterStore store;

    StoredModels(ClusterStore store) {
        this.store = store;
    }

    String stored(String model) throws Exception {
        return stored(model, OLD);
    }

    /** A model with so many inferences of two months ago, and some of now. */
    String stored(String model, int old) throws Exception {
        store.register(model, true);
        assertThat(store.call("PUT", "/models/" + model + "/storage?wait=PT30S", "{\"enabled\":true}")
                        .at("/storage/in_effect")
                        .asBoolean())
                .isTrue();
        Instant[] times = new Instant[old];
        for (int i = 0; i < old; i++) {
            times[i] = Instant.now().minus(60, ChronoUnit.DAYS).plusSeconds(i * 600L);
        }
        send(model, "old", times);
        Instant[] recent = new Instant[NEW];
        for (int i = 0; i < NEW; i++) {
            recent[i] = Instant.now().minusSeconds(i);
        }
        send(model, "new", recent);
        store.cluster.await("all stored", () -> count("inferences", model, "true") == old + NEW);
        return model;
    }

    void send(String model, String id, Instant... times) {
        for (int i = 0; i < times.length; i++) {
            store.send(
                    model,
                    id + i,
                    "{\"created_at\":\"" + times[i] + "\",\"input\":{\"data\":\"input " + i + "\"},\"output\":1}");
        }
        store.allSent();
    }

    void sendOne(String model, String id, Instant time) {
        store.send(model, id, "{\"created_at\":\"" + time + "\",\"input\":{\"data\":\"again\"},\"output\":1}");
        store.allSent();
    }

    /** So many are visible only because they are held, with their bytes; so many besides. */
    void held(String model, long held, long others) throws Exception {
        assertThat(count("visible_inferences", model, "input_state = 'held'")).isEqualTo(held);
        assertThat(visible(model)).isEqualTo(held + others);
        assertThat(count("inferences i JOIN segments s ON s.segment_id = i.input_segment", model, "true", "i."))
                .isEqualTo(held + others);
    }

    JsonNode run(String model, String recordAge, String blobAge, String action) throws Exception {
        policy(model, recordAge, blobAge, action, "0");
        JsonNode dry = ended(
                model,
                store.call("POST", tasks(model), "{\"dry_run\":true}")
                        .path("id")
                        .asText());
        JsonNode task = ended(
                model,
                store.call("POST", tasks(model), "{\"dry_run\":false}")
                        .path("id")
                        .asText());
        assertThat(task.at("/records/matched")).isEqualTo(dry.at("/records/matched"));
        assertThat(task.at("/blobs/matched")).isEqualTo(dry.at("/blobs/matched"));
        assertThat(task.at("/blobs/bytes")).isEqualTo(dry.at("/blobs/bytes"));
        assertThat(task.path("oldest")).isEqualTo(dry.path("oldest"));
        return task;
    }

    JsonNode ended(String model, String taskId) throws Exception {
        store.cluster.await("task " + taskId + " of " + model, () -> !List.of("pending", "running")
                .contains(store.call("GET", tasks(model) + "/" + taskId, "")
                        .path("state")
                        .asText()));
        JsonNode task = store.call("GET", tasks(model) + "/" + taskId, "");
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("complete");
        return task;
    }

    void policy(String model, String recordAge, String blobAge, String action, String interval) throws Exception {
        store.call(
                "PUT",
                "/models/" + model + "/retention-policy",
                "{\"maximum_record_age\":" + recordAge + ",\"maximum_blob_age\":" + blobAge + ",\"delete_action\":\""
                        + action + "\",\"automated_interval\":" + interval + "}");
    }

    /** After a HARD run, or the purge that follows a SOFT one. */
    void gone(String model, long records, long inputs) throws Exception {
        store.cluster.await("rows of " + model, () -> count("inferences", model, "true") == records);
        store.cluster.await("segments of " + model, () -> entries(model) == inputs);
        assertThat(store.objects(model)).isEqualTo(count("segments", model, "true"));
        assertThat(store.number("SELECT coalesce(sum(records), 0) FROM model_hours WHERE model_id = '" + model + "'"))
                .isEqualTo(records);
        assertThat(store.number("SELECT coalesce(sum(inputs), 0) FROM model_hours WHERE model_id = '" + model + "'"))
                .isEqualTo(inputs);
    }

    long entries(String model) throws Exception {
        return store.number("SELECT coalesce(sum(entries), 0) FROM segments WHERE model_id = '" + model + "'");
    }

    long visible(String model) throws Exception {
        return count("visible_inferences", model, "true");
    }

    long count(String table, String model, String condition) throws Exception {
        return store.number("SELECT count(*) FROM " + table + " WHERE model_id = '" + model + "' AND " + condition);
    }

    private long count(String table, String model, String condition, String alias) throws Exception {
        return store.number(
                "SELECT count(*) FROM " + table + " WHERE " + alias + "model_id = '" + model + "' AND " + condition);
    }

    static String tasks(String model) {
        return "/models/" + model + "/retention-tasks";
    }
}
