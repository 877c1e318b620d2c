package dev.inferencestore.storage.inference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the metadata of what is stored: labels, corrections, what was found out later. It is in the row of the first
 * half, so that filters, indexes, floors and erasures treat it as what the sender said. What the sender said stays: only
 * what was added may be changed or taken away again.
 */
public final class MetadataAdditions {
    private final Jdbi jdbi;
    private final Inferences inferences;

    public MetadataAdditions(DataSource database) {
        jdbi = Jdbi.create(database);
        inferences = new Inferences(database);
    }

    /**
     * What is to be added and what to be taken away again.
     *
     * @param values a JSON object
     * @param set its keys
     * @param removed keys of what was added before
     */
    public record Change(String values, Set<String> set, Set<String> removed) {}

    private record Keys(Set<String> all, Set<String> added) {}

    /**
     * Makes the change and says what the inference is then.
     *
     * @param at event time of one of its halves in microseconds; null for the newest inference of this id
     * @throws NotFound when there is none
     * @throws Conflict when a key is what the sender said
     * @throws Invalid when the metadata would be too large
     */
    public StoredInference add(String modelId, String inferenceId, @Nullable Long at, Change change, String actor) {
        Place place = inferences.read(modelId, inferenceId, at).place();
        jdbi.useTransaction(handle -> change(handle, modelId, place, change, actor));
        return inferences.read(modelId, inferenceId, place.createdAt());
    }

    /** Takes the lock of the row only: a removal that has it ends first, and then there is nothing to add to. */
    private static void change(Handle handle, String modelId, Place place, Change change, String actor) {
        Keys keys = handle.createQuery(MetadataSql.LOCK_ROW)
                .bind("modelId", modelId)
                .bind("inferenceId", place.inferenceId())
                .bind("createdAt", place.createdAt())
                .bind("part", place.part().text())
                .map((row, context) -> new Keys(set(row, "keys"), set(row, "added")))
                .findOne()
                .orElseThrow(() -> NotFound.inference(modelId, place.inferenceId()));
        Set<String> fixed = new TreeSet<>(keys.all);
        fixed.removeAll(keys.added);
        Set<String> touched = new TreeSet<>(change.set);
        touched.addAll(change.removed);
        fixed.retainAll(touched);
        if (!fixed.isEmpty()) {
            throw new Conflict("the sender has said " + String.join(", ", fixed)
                    + ", which stays as it is: add what you know under other keys");
        }
        Set<String> added = new TreeSet<>(keys.added);
        added.addAll(change.set);
        added.removeAll(change.removed);
        int bytes = handle.createQuery(MetadataSql.CHANGE_ROW)
                .bind("modelId", modelId)
                .bind("inferenceId", place.inferenceId())
                .bind("createdAt", place.createdAt())
                .bind("part", place.part().text())
                .bind("values", change.values)
                .bind("removed", change.removed.toArray(new String[0]))
                .bind("added", added.toArray(new String[0]))
                .mapTo(Integer.class)
                .one();
        if (bytes > Limits.METADATA) {
            throw new Invalid(
                    "metadata", "must be at most " + Limits.METADATA + " bytes in all; with this it would be " + bytes);
        }
        // Keys only: values may be what somebody wants erased one day.
        ControlLog.audit(handle, actor, "inference.metadata", modelId, null, entry(place.inferenceId(), touched));
    }

    private static String entry(String inferenceId, Set<String> keys) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode().put("inference_id", inferenceId);
        ArrayNode names = entry.putArray("keys");
        keys.forEach(names::add);
        return entry.toString();
    }

    private static Set<String> set(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return Set.copyOf(List.of((String[]) array.getArray()));
    }
}
