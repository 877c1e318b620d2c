package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reads a retention policy, checking all of its rules at once. */
final class PolicyBody {
    /** Answers are in lower case; capitals are what other platforms write. */
    private static final Set<String> ACTIONS = Set.of("soft", "hard", "SOFT", "HARD");

    private static final TextRule ACTION =
            text -> ACTIONS.contains(text) ? Optional.empty() : Optional.of("must be soft or hard");

    private PolicyBody() {}

    /** The shortest interval that is allowed, rounded up to seconds. */
    static long seconds(Duration leastInterval) {
        return leastInterval.plusMillis(999).toSeconds();
    }

    /**
     * The terms, which break no rule.
     *
     * @param leastInterval seconds; the shortest interval that is allowed
     * @throws ProblemException 422 with every broken rule
     */
    static PolicyTerms read(Fields fields, long leastInterval) {
        Long recordAge = Hours.read(fields, "maximum_record_age");
        Long blobAge = Hours.read(fields, "maximum_blob_age");
        String action = fields.text("delete_action", ACTION);
        Long interval = Hours.read(fields, "automated_interval");
        if (!fields.isSound()) {
            fields.done();
        }
        PolicyTerms terms =
                new PolicyTerms(recordAge, blobAge, DeleteAction.of(action), interval == null ? 0 : interval);
        terms.broken(leastInterval).forEach(broken -> fields.error(broken.field(), broken.rule()));
        fields.done();
        return terms;
    }
}
