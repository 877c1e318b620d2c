package dev.inferencestore.domain.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which inferences are meant: those of which a stored row meets all of it.
 *
 * @param inferenceIds one of these; empty means any
 * @param start earliest event time in microseconds; null where there is none
 * @param end event time in microseconds before which it is; null where there is none
 * @param action what the sender called it; null means any
 * @param metadata a JSON object that its metadata contain; null means any
 * @param conditions on single keys of its metadata, all of which must hold
 * @param box where its metadata say that it was; null means anywhere
 */
public record InferenceFilter(
        List<String> inferenceIds,
        @Nullable Long start,
        @Nullable Long end,
        @Nullable String action,
        @Nullable String metadata,
        List<MetadataCondition> conditions,
        @Nullable BoundingBox box) {

    /** Means everything. */
    public static final InferenceFilter ALL = new InferenceFilter(List.of(), null, null, null, null);

    public InferenceFilter {
        inferenceIds = List.copyOf(inferenceIds);
        conditions = List.copyOf(conditions);
    }

    /** A filter without conditions on single keys. */
    public InferenceFilter(
            List<String> inferenceIds,
            @Nullable Long start,
            @Nullable Long end,
            @Nullable String action,
            @Nullable String metadata) {
        this(inferenceIds, start, end, action, metadata, List.of(), null);
    }

    /** The inferences with these ids. */
    public static InferenceFilter ids(List<String> inferenceIds) {
        return new InferenceFilter(inferenceIds, null, null, null, null);
    }

    /** Whether it means everything, which nobody may erase by it. */
    public boolean isEmpty() {
        return inferenceIds.isEmpty() && start == null && end == null && onlyTime();
    }

    /** Whether it asks for nothing but ids and a time. */
    public boolean onlyTime() {
        return action == null && metadata == null && conditions.isEmpty() && box == null;
    }
}
