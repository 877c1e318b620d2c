package dev.inferencestore.domain.retention;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which inferences are meant: those of which a stored half meets all of it.
 *
 * @param inferenceIds one of these; empty means any
 * @param start earliest event time in microseconds; null where there is none
 * @param end event time in microseconds before which it is; null where there is none
 * @param action what the sender called it; null means any
 * @param metadata a JSON object that its metadata contain; null means any
 */
public record InferenceFilter(
        List<String> inferenceIds,
        @Nullable Long start,
        @Nullable Long end,
        @Nullable String action,
        @Nullable String metadata) {

    public InferenceFilter {
        inferenceIds = List.copyOf(inferenceIds);
    }

    /** The inferences with these ids. */
    public static InferenceFilter ids(List<String> inferenceIds) {
        return new InferenceFilter(inferenceIds, null, null, null, null);
    }

    /** Whether it means everything, which nobody may erase by it. */
    public boolean isEmpty() {
        return inferenceIds.isEmpty() && start == null && end == null && action == null && metadata == null;
    }
}
