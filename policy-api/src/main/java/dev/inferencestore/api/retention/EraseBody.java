package dev.inferencestore.api.retention;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.JsonRule;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.http.TimeRange;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.storage.retention.Erasures;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what is to be erased, checking all rules at once. */
final class EraseBody {
    private static final TextRule ACTION = TextRule.storable(Limits.ACTION);
    private static final int MOST_IDS = 10_000;

    private EraseBody() {}

    /**
     * The request.
     *
     * @throws ProblemException 422 with every broken rule
     */
    static Erasures.Request read(Fields fields) {
        boolean dryRun = Boolean.TRUE.equals(fields.optionalFlag("dry_run"));
        boolean exceptHeld = Boolean.TRUE.equals(fields.optionalFlag("except_held"));
        String dryRunId = fields.optionalText("dry_run_id", TextRule.UUID);
        Fields wanted = fields.object("filter");
        InferenceFilter filter = wanted == null ? null : filter(wanted);
        if (wanted != null && wanted.isEmpty()) {
            fields.error(
                    "filter", "must have at least one field: to erase all there is, DELETE the model with ?erase=true");
        }
        if (fields.has("filter") == fields.has("dry_run_id")) {
            fields.error("filter", "must be given, or dry_run_id for that of a dry run, and not both");
        }
        if (dryRun && fields.has("dry_run_id")) {
            fields.error(
                    "dry_run_id", "must be left out of a dry run: it names the one whose filter a real erase takes");
        }
        fields.done();
        return new Erasures.Request(
                filter, dryRun, exceptHeld, dryRunId == null ? null : dryRunId.toLowerCase(Locale.ROOT));
    }

    private static InferenceFilter filter(Fields fields) {
        List<String> ids = fields.texts("inference_ids", MOST_IDS, TextRule.INFERENCE_ID);
        TimeRange time = TimeRange.read(fields);
        String action = fields.optionalText("action", ACTION);
        return new InferenceFilter(ids, time.start(), time.end(), action, metadata(fields));
    }

    private static @Nullable String metadata(Fields fields) {
        ObjectNode metadata = fields.optionalObject("metadata");
        if (metadata == null) {
            return null;
        }
        var broken = JsonRule.broken(metadata);
        broken.ifPresent(rule -> fields.error("metadata", rule));
        // Written out only where it is known to be shallow.
        return broken.isPresent() ? null : metadata.toString();
    }
}
