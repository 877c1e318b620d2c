package dev.inferencestore.api.events;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.format.ModelName;
import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.SentEvent;
import dev.inferencestore.storage.access.AccessReader;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether who sends events may do so for the models that they are of, found as the job finds them
 * (docs/decisions/0022-events-over-http.md): by their attributes, or where only a body names the model and nothing else, by
 * that. Who is a writer everywhere may, and nothing is looked up for them; for others that is at most three queries a call,
 * however many events it has.
 */
final class EventSenders {
    private static final int MOST_ERRORS = 100;

    private final AccessReader access;
    private final Formats formats = new Formats();

    EventSenders(DataSource database) {
        access = new AccessReader(database);
    }

    /**
     * Checks the events of a call, none of which breaks a rule.
     *
     * @param records what they become
     * @throws ProblemException 403, the same whether there is no such model or it is another project's
     */
    void check(Context call, List<SentEvent> events, List<RawEvent> records) {
        @Nullable Set<String> projects = Caller.projects(call, Role.WRITER);
        if (projects == null || events.isEmpty()) {
            return;
        }
        List<@Nullable ModelName> names = new ArrayList<>();
        for (RawEvent record : records) {
            names.add(name(record));
        }
        Owners owners = owners(projects, names);
        List<FieldError> refused = new ArrayList<>();
        for (int i = 0; i < events.size() && refused.size() < MOST_ERRORS; i++) {
            SentEvent event = events.get(i);
            String where = events.size() == 1 ? "" : "[" + i + "].";
            ModelName name = names.get(i);
            if (!event.attributes().keySet().stream().allMatch(each -> each.equals(each.toLowerCase(Locale.ROOT)))) {
                // Of 0.2 any name passes, and the job takes names in any case: one could stand beside the one looked
                // at.
                refused.add(new FieldError(where + "attributes", "must have names in lower case"));
            } else if (name == null) {
                refused.add(new FieldError(where + "modelid", "must be given, since the body may name any model"));
            } else if (!owners.areOf(projects, name)) {
                refused.add(
                        event.attributes().containsKey("namespace") && name.id() == null
                                ? new FieldError(
                                        where + "namespace",
                                        "must be claimed by such a project where there is no modelid")
                                : new FieldError(where + "modelid", "must be a model of such a project"));
            }
        }
        if (!refused.isEmpty()) {
            throw ProblemException.of(
                    ProblemKind.FORBIDDEN,
                    "this call takes events of projects in which the caller has the role 'writer'; none of it is taken",
                    refused);
        }
    }

    /** How the job will read the model's name; null where its body may say any. */
    private @Nullable ModelName name(RawEvent record) {
        Formats.Reading reading = formats.begin(record, null);
        try {
            ModelName name = reading.model();
            return name == null && reading.namesModelInBodyOnly()
                    ? reading.decode().model()
                    : name;
        } catch (BadEvent notReadable) {
            return null;
        }
    }

    private Owners owners(Set<String> projects, List<@Nullable ModelName> names) {
        Set<SourceKey> keys = new HashSet<>();
        Set<String> ids = new HashSet<>();
        boolean anyNamespace = false;
        for (ModelName name : names) {
            if (name != null) {
                keys.addAll(name.keys());
                anyNamespace |= name.keys().stream().anyMatch(key -> key.namespace() != null);
                if (name.id() != null && ModelIds.isValid(name.id())) {
                    ids.add(name.id());
                }
            }
        }
        return new Owners(
                access.projectsOf(keys),
                ids.isEmpty() ? Set.of() : access.modelsOf(projects, ids),
                anyNamespace ? access.namespacesOf(projects) : Set.of());
    }

    /**
     * Whose the models of a call are.
     *
     * @param sources projects by source
     * @param models ids that are of the caller's projects
     * @param namespaces that those have claimed
     */
    private record Owners(Map<SourceKey, String> sources, Set<String> models, Set<String> namespaces) {

        /** The first model that the job would find must be of such a project; where it finds none, the namespace. */
        boolean areOf(Set<String> projects, ModelName name) {
            for (SourceKey key : name.keys()) {
                String project = sources.get(key);
                if (project != null) {
                    return projects.contains(project);
                }
            }
            if (name.id() != null) {
                return models.contains(name.id());
            }
            return name.keys().stream()
                    .map(SourceKey::namespace)
                    .filter(Objects::nonNull)
                    .anyMatch(namespaces::contains);
        }
    }
}
