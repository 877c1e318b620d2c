package dev.inferencestore.api.retention;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.retention.Erasures;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.Task;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The receipt of an erase: what the task says of itself that matters afterwards, and a page of what went. */
final class ReceiptView {
    private static final Set<String> OF_THE_TASK = Set.of(
            "model_id",
            "state",
            "records",
            "blobs",
            "objects_deleted",
            "objects_rewritten",
            "bytes_overwritten",
            "held",
            "requested_by",
            "created_at",
            "finished_at",
            "filter",
            "whole_model",
            "final_at",
            "error");

    private ReceiptView() {}

    static ObjectNode of(Task task, List<Erasures.Item> items, @Nullable String nextCursor) {
        ObjectNode figures = RetentionJson.task(task).retain(OF_THE_TASK);
        ObjectNode json = figures.objectNode().put("task_id", task.taskId());
        json.setAll(figures);
        boolean isFinal = task.erasing() != null && task.erasing().finalAt() != null;
        json.put("final", isFinal);
        ArrayNode list = json.putArray("items");
        items.forEach(item -> list.add(item(item, json.objectNode())));
        return json.put("next_cursor", nextCursor);
    }

    private static ObjectNode item(Erasures.Item item, ObjectNode json) {
        json.put("inference_id", item.inferenceId())
                .put("erased_at", RetentionJson.text(item.erasedAt()))
                .put("records", item.records())
                .put("inputs", item.inputs())
                .put("bytes", item.bytes());
        ArrayNode sha256 = json.putArray("sha256");
        item.sha256().forEach(sha256::add);
        return json.put("removed", item.removed());
    }
}
