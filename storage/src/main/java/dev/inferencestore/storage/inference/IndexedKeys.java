package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.Operator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which condition of a filter an index of the model answers: the first that asks for values of an indexed key. */
final class IndexedKeys {
    /** The key's form lets it stand in a statement as it is. */
    record Use(String key, List<String> values) {
        String literal() {
            return "'" + key + "'";
        }
    }

    private IndexedKeys() {}

    static @Nullable Use use(Handle handle, String modelId, InferenceFilter filter) {
        if (!filter.inferenceIds().isEmpty() || filter.conditions().isEmpty()) {
            return null;
        }
        Set<String> keys = new HashSet<>(handle.createQuery(MetadataSql.READY_KEYS)
                .bind("modelId", modelId)
                .mapTo(String.class)
                .list());
        Optional<MetadataCondition> condition = filter.conditions().stream()
                .filter(asked -> asked.operator() == Operator.EQ || asked.operator() == Operator.IN)
                .filter(asked -> keys.contains(asked.key()))
                .findFirst();
        return condition.map(asked -> new Use(asked.key(), asked.values())).orElse(null);
    }
}
