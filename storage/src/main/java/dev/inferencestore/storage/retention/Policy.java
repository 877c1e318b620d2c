package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.RetentionPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model's retention policy and how far it is carried out.
 *
 * @param inherited the model has it from its project, whose default it is
 * @param nextRunAt when the next automated run is due; null where there is none
 * @param lastEvaluatedAt when the job last asked whether anything is due
 * @param evaluatedVersion of the policy, when it did
 */
public record Policy(
        String modelId,
        RetentionPolicy policy,
        boolean inherited,
        @Nullable Instant nextRunAt,
        @Nullable Instant lastEvaluatedAt,
        long evaluatedVersion,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether the job acts by this version: what runs ask PostgreSQL always do, a schedule once it was evaluated. */
    public boolean inEffect() {
        return policy.schedule() == null || evaluatedVersion == policy.version();
    }
}
