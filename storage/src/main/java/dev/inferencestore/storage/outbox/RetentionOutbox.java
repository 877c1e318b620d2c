package dev.inferencestore.storage.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Retention events (CloudEvents 1.0 in structured mode) that wait for their relay, those of a model in their order. */
public final class RetentionOutbox {
    private static final String CHANNEL = "inference_store_retention_events";

    public static final OutboxTable TABLE = OutboxTable.of("retention_outbox", "event_id", "event", CHANNEL);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "dev.inferencestore.retention.";
    private static final String ADD = """
            INSERT INTO retention_outbox (model_id, event) VALUES (:modelId, :event) RETURNING event_id
            """;
    private static final String WAKE = "SELECT pg_notify('" + CHANNEL + "', '')";
    private static final String WAITS = """
            SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM retention_outbox
            WHERE event_id = :eventId
            """;
    private static final String IDS = "inference_ids";
    private static final int MOST_IDS = 100;

    private RetentionOutbox() {}

    /**
     * Adds an event about a model, in the transaction in which it happens, and wakes the relay at commit.
     *
     * @param what as in {@code policy.set}
     * @param subject id of what it is about
     * @return by which {@link #waits} asks for it
     */
    public static long add(Handle handle, String what, String modelId, String subject, JsonNode data) {
        return add(handle, what, modelId, "models/" + modelId, subject, data);
    }

    /**
     * Adds an event about a project. Its key is {@code project:} and the id, which is no model's: those of a project are
     * in their order too.
     *
     * @param what as in {@code limit.set}
     * @param subject id of what it is about
     */
    public static void addOfProject(Handle handle, String what, String projectId, String subject, JsonNode data) {
        var unused = add(handle, what, "project:" + projectId, "projects/" + projectId, subject, data);
    }

    private static long add(Handle handle, String what, String key, String source, String subject, JsonNode data) {
        ObjectNode event = JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "/inference-store/" + source)
                .put("type", TYPE + what)
                .put("subject", subject)
                .put("time", Instant.now().toString())
                .put("datacontenttype", "application/json");
        event.set("data", withoutLongLists(data));
        long eventId = handle.createQuery(ADD)
                .bind("modelId", key)
                .bind("event", event.toString())
                .mapTo(Long.class)
                .one();
        handle.execute(WAKE);
        return eventId;
    }

    /** For how many seconds an event has waited that is not yet known to be published; empty for one that is. */
    public static Optional<Double> waits(Handle handle, long eventId) {
        return handle.createQuery(WAITS)
                .bind("eventId", eventId)
                .mapTo(Double.class)
                .findOne();
    }

    /** An event has to fit into a message; who wants to know all ids asks for the hold or the task. */
    private static JsonNode withoutLongLists(JsonNode data) {
        JsonNode shortened = data.deepCopy();
        for (JsonNode part : List.of(shortened, shortened.path("filter"))) {
            int ids = part.path(IDS).size();
            if (ids > MOST_IDS && part instanceof ObjectNode object) {
                object.remove(IDS);
                object.put("inference_count", ids);
            }
        }
        return shortened;
    }
}
