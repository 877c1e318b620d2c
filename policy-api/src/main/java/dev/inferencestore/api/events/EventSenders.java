package dev.inferencestore.api.events;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.domain.wire.SentEvent;
import dev.inferencestore.storage.access.AccessReader;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether who sends events may do so for the models that they are of, by their attributes alone: no body is decoded for it
 * (docs/decisions/0022-events-over-http.md). Who is a writer everywhere may, and nothing is looked up for them; for others
 * that is at most two queries a call, however many events it has.
 */
final class EventSenders {
    private static final int MOST_ERRORS = 100;

    private final AccessReader access;

    EventSenders(DataSource database) {
        access = new AccessReader(database);
    }

    /**
     * Checks the events of a call, none of which breaks a rule.
     *
     * @throws ProblemException 403, the same whether there is no such model or it is another project's
     */
    void check(Context call, List<SentEvent> events) {
        @Nullable Set<String> projects = Caller.projects(call, Role.WRITER);
        if (projects == null || events.isEmpty()) {
            return;
        }
        Set<String> models = models(projects, events);
        Set<String> namespaces =
                events.stream().allMatch(EventSenders::namesModel) ? Set.of() : access.namespacesOf(projects);
        List<FieldError> refused = new ArrayList<>();
        for (int i = 0; i < events.size() && refused.size() < MOST_ERRORS; i++) {
            SentEvent event = events.get(i);
            String where = events.size() == 1 ? "" : "[" + i + "].";
            if (!event.attributes().keySet().stream().allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)))) {
                // Of 0.2 any name passes, and the job takes names in any case: one could stand beside the one looked
                // at.
                refused.add(new FieldError(where + "attributes", "must have names in lower case"));
            } else if (namesModel(event)) {
                String model = model(event);
                if (model == null || !models.contains(model)) {
                    refused.add(new FieldError(where + "modelid", "must be a model of such a project"));
                }
            } else if (Formats.mayNameModelInBody(event.attributes().getOrDefault("type", ""))) {
                refused.add(new FieldError(where + "modelid", "must be given, since the body may name any model"));
            } else {
                String namespace = EventRules.plain(event.attributes(), "namespace");
                if (namespace == null || !namespaces.contains(namespace)) {
                    refused.add(new FieldError(
                            where + "namespace", "must be claimed by such a project where there is no modelid"));
                }
            }
        }
        if (!refused.isEmpty()) {
            throw ProblemException.of(
                    ProblemKind.FORBIDDEN,
                    "this call takes events of projects in which the caller has the role 'writer'; none of it is taken",
                    refused);
        }
    }

    private Set<String> models(Set<String> projects, List<SentEvent> events) {
        Set<String> named = events.stream()
                .map(EventSenders::model)
                .filter(Objects::nonNull)
                .filter(ModelIds::isValid)
                .collect(Collectors.toSet());
        return named.isEmpty() ? Set.of() : access.modelsOf(projects, named);
    }

    /** An empty one too: what the job makes of it is not for this call to guess. */
    private static boolean namesModel(SentEvent event) {
        return event.attributes().containsKey("modelid");
    }

    private static @Nullable String model(SentEvent event) {
        return EventRules.plain(event.attributes(), "modelid");
    }
}
