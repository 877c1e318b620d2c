package dev.inferencestore.storage.project;

import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionPolicy;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What a project's limit refuses, asked under the lock of versions by everything that changes a policy. */
public final class LimitRules {
    private LimitRules() {}

    /**
     * Refuses terms that a project's limit does not allow.
     *
     * @throws Invalid with every rule that they break
     */
    public static void check(Handle handle, String projectId, PolicyTerms terms) {
        List<PolicyTerms.Broken> broken = ProjectRows.limit(handle, projectId)
                .map(limit -> limit.row().limit().brokenBy(terms))
                .orElse(List.of());
        if (!broken.isEmpty()) {
            throw Invalid.of(broken.stream()
                    .map(each -> new Invalid.Rule(each.field(), each.rule()))
                    .toList());
        }
    }

    /**
     * Refuses a model in a project whose limit its own policy breaks.
     *
     * @throws Conflict when it does
     */
    public static void checkOwn(Handle handle, String projectId, String modelId, RetentionPolicy policy) {
        ProjectRows.limit(handle, projectId)
                .flatMap(limit -> why(limit.row(), policy))
                .ifPresent(why -> {
                    throw new Conflict("the retention policy of model '" + modelId + "' breaks the limit of project '"
                            + projectId + "': " + why
                            + ". Set one within it first, or delete it so that the model takes"
                            + " the project's default");
                });
    }

    /**
     * Refuses to pause the automated runs of a model whose project has a limit, which nothing else enforces.
     *
     * @throws Conflict when it has
     */
    public static void checkMayPause(Handle handle, String modelId) {
        ProjectRows.projectOf(handle, modelId)
                .flatMap(projectId -> ProjectRows.limit(handle, projectId))
                .ifPresent(limit -> {
                    throw new Conflict("project '" + limit.row().projectId() + "' has a retention limit ("
                            + limit.row().limit() + "), and restoring would pause what enforces it: set a policy that"
                            + " keeps longer, up to the limit, which shows again what it keeps");
                });
    }

    /** Why a policy is not within a limit, in words; empty where it is. */
    public static Optional<String> why(ProjectLimit limit, RetentionPolicy policy) {
        return policy.paused()
                ? Optional.of("its automated runs are paused")
                : why(limit.limit().brokenBy(policy.terms()));
    }

    /** Broken rules in words; empty where there are none. */
    public static Optional<String> why(List<PolicyTerms.Broken> broken) {
        return broken.isEmpty()
                ? Optional.empty()
                : Optional.of(broken.stream()
                        .map(each -> each.field() + " " + each.rule())
                        .collect(Collectors.joining("; ")));
    }
}
