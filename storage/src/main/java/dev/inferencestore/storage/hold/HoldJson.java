package dev.inferencestore.storage.hold;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Span;
import org.jspecify.annotations.Nullable;

/** Holds as the API, the audit log and the retention events show them. */
public final class HoldJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HoldJson() {}

    public static ObjectNode hold(Hold hold) {
        Span span = hold.scope().span();
        ObjectNode json = JSON.createObjectNode()
                .put("id", hold.holdId())
                .put("model_id", hold.modelId())
                .put("reason", hold.reason())
                .put("scope", hold.scope().kind().text());
        if (hold.scope().kind() == HoldScope.Kind.TIME) {
            json.put("start", span.from() == Cutoffs.KEEP ? null : text(span.from()))
                    .put("end", span.to() == Span.END ? null : text(span.to()));
        }
        if (hold.scope().kind() == HoldScope.Kind.INFERENCES) {
            ArrayNode ids = json.putArray("inference_ids");
            hold.scope().inferenceIds().forEach(ids::add);
        }
        return json.put("placed_by", hold.placedBy())
                .put("placed_at", hold.placedAt().toString());
    }

    private static @Nullable String text(long micros) {
        return EventTime.instant(micros).toString();
    }
}
