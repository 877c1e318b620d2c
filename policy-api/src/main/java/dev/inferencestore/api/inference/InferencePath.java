package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.refusal.NotFound;
import io.javalin.http.Context;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The model and the inference that a path names, and which of several of the same id a query means. */
final class InferencePath {
    private InferencePath() {}

    static String modelId(Context call) {
        return call.pathParam("model_id");
    }

    /** What cannot be the id of an inference is the id of none. */
    static String inferenceId(Context call) {
        String id = call.pathParam("inference_id");
        if (TextRule.INFERENCE_ID.broken(id).isPresent()) {
            throw NotFound.inference(modelId(call), id);
        }
        return id;
    }

    /** Event time of one of its halves in microseconds; null for the newest inference of the id. */
    static @Nullable Long at(Query query) {
        Instant at = query.time("created_at");
        return at == null ? null : EventTime.bound(at);
    }
}
