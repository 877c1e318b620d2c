package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters somebody wants replayed.
 *
 * @param ids those that are named; empty where a filter means them
 */
record ReplayBody(List<LetterId> ids, @Nullable LetterFilter filter, boolean dryRun, boolean again) {
    static final TextRule REASON = text -> text.matches("[a-z_]{1,64}")
            ? Optional.empty()
            : Optional.of("must be 1 to 64 of a-z and _, as json_invalid");

    private static final int MOST_IDS = 1000;

    /**
     * Reads it.
     *
     * @throws ProblemException 422 with every broken rule
     */
    static ReplayBody read(Fields fields) {
        List<String> ids = fields.texts("ids", MOST_IDS, LetterId.RULE);
        boolean dryRun = Boolean.TRUE.equals(fields.optionalFlag("dry_run"));
        boolean again = Boolean.TRUE.equals(fields.optionalFlag("again"));
        Fields wanted = fields.object("filter");
        LetterFilter filter = wanted == null ? null : filter(wanted);
        if (wanted != null && wanted.isEmpty()) {
            fields.error(
                    "filter", "must have at least one field: for all there are, a start before the first of them does");
        }
        if (fields.has("ids") == fields.has("filter")) {
            fields.error("filter", "must be given, or ids, and not both");
        }
        fields.done();
        return new ReplayBody(
                ids.stream().map(LetterId::of).flatMap(Optional::stream).toList(), filter, dryRun, again);
    }

    private static LetterFilter filter(Fields fields) {
        Instant start = fields.optionalTime("start");
        Instant end = fields.optionalTime("end");
        if (start != null && end != null && !end.isAfter(start)) {
            fields.error("end", "must be after start");
        }
        return new LetterFilter(
                fields.optionalText("reason", REASON),
                fields.optionalText("model_id", TextRule.ID),
                fields.optionalText("topic", TopicNames.RULE),
                start,
                end);
    }

    /** The same in the parameters of a list; the query keeps what breaks a rule, and is not done. */
    static LetterFilter filter(Query query) {
        Instant start = query.time("start");
        Instant end = query.time("end");
        if (start != null && end != null && !end.isAfter(start)) {
            query.error("end", "must be after start");
        }
        return new LetterFilter(
                query.text("reason", REASON),
                query.text("model_id", TextRule.ID),
                query.text("topic", TopicNames.RULE),
                start,
                end);
    }
}
