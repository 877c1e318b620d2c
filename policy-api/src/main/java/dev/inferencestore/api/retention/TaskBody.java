package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.retention.NewTask;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads which task is asked for, checking all rules at once. */
final class TaskBody {
    private TaskBody() {}

    /**
     * The task.
     *
     * @throws ProblemException 422 with every broken rule
     */
    static NewTask read(Fields fields) {
        boolean dryRun = Boolean.TRUE.equals(fields.optionalFlag("dry_run"));
        String policyId = fields.optionalText("retention_policy_id", TextRule.UUID);
        String dryRunId = fields.optionalText("dry_run_id", TextRule.UUID);
        if (dryRun && dryRunId != null) {
            fields.error(
                    "dry_run_id", "must be left out of a dry run: it names the one whose cutoffs a real run takes");
        }
        fields.done();
        return new NewTask(dryRun, lowerCase(policyId), lowerCase(dryRunId));
    }

    private static @Nullable String lowerCase(@Nullable String uuid) {
        return uuid == null ? null : uuid.toLowerCase(Locale.ROOT);
    }
}
