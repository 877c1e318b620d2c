package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What goes into one transaction. A relay that dies after publishing and before deleting publishes that batch again. With
 * each model at most once in a batch, its messages on the topic then repeat but never go back.
 */
final class Batches {
    private Batches() {}

    /** The longest beginning in which no model is named twice. */
    static List<OutboxEntry> first(List<OutboxEntry> entries) {
        Set<String> models = new HashSet<>();
        int end = 0;
        while (end < entries.size() && models.add(entries.get(end).modelId())) {
            end++;
        }
        return entries.subList(0, end);
    }
}
