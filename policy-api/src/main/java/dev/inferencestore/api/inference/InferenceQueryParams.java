package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.BoundingBox;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.storage.inference.InferenceQuery;
import dev.inferencestore.storage.inference.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the query of a list or of a count says. */
final class InferenceQueryParams {
    private static final TextRule ACTION = TextRule.storable(Limits.ACTION);
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final List<String> EDGES = List.of("min_latitude", "max_latitude", "min_longitude", "max_longitude");
    private static final Map<String, Part> PARTS =
            Stream.of(Part.values()).collect(Collectors.toMap(Part::text, Function.identity()));
    private static final Map<String, Boolean> ORDERS = Map.of("desc", true, "asc", false);

    private InferenceQueryParams() {}

    /** A page of a list; the query keeps what breaks a rule, and is not done. */
    static InferenceQuery page(Query query) {
        Boolean newestFirst = query.oneOf("order", ORDERS);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        return read(query, newestFirst == null || newestFirst, limit);
    }

    /** A count, which has neither order nor limit; the query keeps what breaks a rule, and is not done. */
    static InferenceQuery count(Query query) {
        return read(query, true, LARGEST_PAGE);
    }

    private static InferenceQuery read(Query query, boolean newestFirst, int limit) {
        String id = query.text("inference_id", TextRule.INFERENCE_ID);
        Instant start = query.time("start");
        Instant end = query.time("end");
        if (start != null && end != null && !end.isAfter(start)) {
            query.error("end", "must be after start");
        }
        String action = query.text("action", ACTION);
        Part part = query.oneOf("part", PARTS);
        List<MetadataCondition> conditions = new ArrayList<>();
        String contained = metadata(query, conditions);
        InferenceFilter filter = new InferenceFilter(
                id == null ? List.of() : List.of(id),
                start == null ? null : EventTime.bound(start),
                end == null ? null : EventTime.bound(end),
                action,
                contained,
                conditions,
                box(query));
        String cursor = query.cursor(PlaceCursor.FORM);
        Place after = cursor.isEmpty() ? null : PlaceCursor.of(cursor);
        return new InferenceQuery(filter, part, newestFirst, after, limit);
    }

    private static @Nullable String metadata(Query query, List<MetadataCondition> conditions) {
        Fields fields = query.json("metadata");
        if (fields == null) {
            return null;
        }
        // The same as in a body, so that a filter can be moved from one to the other.
        return FilterBody.metadata(fields, conditions);
    }

    private static @Nullable BoundingBox box(Query query) {
        Fields fields = query.numbers(EDGES);
        return fields == null ? null : FilterBody.box(fields);
    }
}
