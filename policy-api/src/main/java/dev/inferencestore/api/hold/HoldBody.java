package dev.inferencestore.api.hold;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.http.TimeRange;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.hold.HoldScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a hold is to keep and why, as a caller says it. */
record HoldBody(String reason, HoldScope scope) {
    private static final TextRule REASON = TextRule.printable(1000);
    private static final int MOST_IDS = 10_000;
    private static final String IDS = "inference_ids";

    /**
     * Reads it, checking all rules at once.
     *
     * @throws ProblemException 422 with every broken rule
     */
    static HoldBody read(String holdId, Fields fields) {
        TextRule.ID.broken(holdId).ifPresent(rule -> fields.error("hold_id", rule));
        String reason = fields.text("reason", REASON);
        List<String> ids = fields.texts(IDS, MOST_IDS, TextRule.INFERENCE_ID);
        TimeRange time = TimeRange.read(fields);
        if (fields.has(IDS) && (fields.has("start") || fields.has("end"))) {
            fields.error(IDS, "must be left out where start or end is given: a hold is of inferences or of a time");
        }
        fields.done();
        return new HoldBody(reason, scope(ids, time));
    }

    private static HoldScope scope(List<String> ids, TimeRange time) {
        if (!ids.isEmpty()) {
            return HoldScope.inferences(ids);
        }
        return time.isEmpty()
                ? HoldScope.model()
                : HoldScope.time(new Span(or(time.start(), Cutoffs.KEEP), or(time.end(), Span.END)));
    }

    private static long or(@Nullable Long micros, long otherwise) {
        return micros == null ? otherwise : micros;
    }
}
