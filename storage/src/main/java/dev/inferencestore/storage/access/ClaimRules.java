package dev.inferencestore.storage.access;

import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.storage.access.ProjectClaims.Names;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Forbidden;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.registration.Registrar;
import dev.inferencestore.storage.registration.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whether a registration stays within the names of its project. Asked under the lock of versions. */
public final class ClaimRules {
    private static final String NAMESPACE = "namespace";
    private static final String TOPIC = "topic";

    private ClaimRules() {}

    /**
     * Checks a registration that is new or changes something.
     *
     * @throws Invalid where it names something that its project has not
     * @throws Forbidden where its project has no claims and the caller may not do without
     * @throws Conflict where its project has no claims and it names something of another project
     */
    public static void check(Handle handle, Registration wanted, Registrar registrar) {
        Optional<ProjectClaims> claims = Claims.find(handle, wanted.projectId());
        if (claims.isPresent()) {
            List<Invalid.Rule> broken = broken(wanted, claims.get().names());
            if (!broken.isEmpty()) {
                throw Invalid.of(broken);
            }
        } else if (registrar.mayRegisterUnclaimed()) {
            checkOthers(handle, wanted);
        } else {
            throw new Forbidden("project '" + wanted.projectId()
                    + "' has no claims, so only an admin of everything registers models in it; such an admin says which"
                    + " names its models may use with PUT /api/v1/projects/{project_id}/claims");
        }
    }

    private static List<Invalid.Rule> broken(Registration wanted, Names names) {
        String project = "project '" + wanted.projectId() + "'";
        List<Invalid.Rule> broken = new ArrayList<>();
        if (names.idPrefixes().stream().noneMatch(wanted.modelId()::startsWith)) {
            broken.add(new Invalid.Rule(
                    "model_id", "must begin with an id prefix of " + project + ": " + listed(names.idPrefixes())));
        }
        for (int i = 0; i < wanted.sources().size(); i++) {
            Source source = wanted.sources().get(i);
            String at = "sources[" + i + "]";
            String namespace = source.attributes().get(NAMESPACE);
            List<String> topics = topics(source);
            if (namespace == null && topics.isEmpty()) {
                broken.add(new Invalid.Rule(
                        at, "must name a namespace or a topic of " + project + ", since it would claim those of all"));
            }
            outside(at + "." + NAMESPACE, "a namespace", namespace, names.namespaces(), project)
                    .ifPresent(broken::add);
            for (String topic : topics) {
                outside(at + "." + TOPIC, "a topic", topic, names.topics(), project)
                        .ifPresent(broken::add);
            }
        }
        return broken;
    }

    /** Topics that are not of a namespace already. */
    private static List<String> topics(Source source) {
        return source.attributes().containsKey(NAMESPACE) ? List.of() : SourceFormat.topics(source);
    }

    private static Optional<Invalid.Rule> outside(
            String field, String what, @Nullable String name, List<String> own, String project) {
        return name == null || own.contains(name)
                ? Optional.empty()
                : Optional.of(new Invalid.Rule(field, "must be " + what + " of " + project + ": " + listed(own)));
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "it has none" : "it has " + String.join(", ", names);
    }

    private static void checkOthers(Handle handle, Registration wanted) {
        handle.createQuery(AccessSql.OF_ANOTHER)
                .bind("projectId", wanted.projectId())
                .bind("modelId", wanted.modelId())
                .bind(
                        "namespaces",
                        wanted.sources().stream()
                                .map(source -> source.attributes().get(NAMESPACE))
                                .filter(Objects::nonNull)
                                .toArray(String[]::new))
                .bind(
                        "topics",
                        wanted.sources().stream()
                                .flatMap(source -> SourceFormat.topics(source).stream())
                                .toArray(String[]::new))
                .map((row, context) -> "'" + row.getString("name") + "' is among the " + row.getString("kind")
                        + " that another project has claimed: project '" + wanted.projectId()
                        + "' has no claims of its own")
                .findFirst()
                .ifPresent(overlap -> {
                    throw new Conflict(overlap);
                });
    }
}
