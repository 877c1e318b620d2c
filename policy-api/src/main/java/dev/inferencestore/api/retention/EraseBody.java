package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.inference.FilterBody;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.retention.Erasures;
import java.util.Locale;

/** Reads what is to be erased, checking all rules at once. */
final class EraseBody {

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
        InferenceFilter filter = wanted == null ? null : FilterBody.read(wanted);
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
}
