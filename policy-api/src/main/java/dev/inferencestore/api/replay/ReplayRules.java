package dev.inferencestore.api.replay;

import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.replay.ReplaySource;
import dev.inferencestore.domain.replay.ReplaySource.PartitionRange;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelRegistry;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for which replay. A writer of a model's project: for that model, from topics and files that are open to
 * them. Everything else is for an admin of everything, since a job reads and writes with the rights of the cluster.
 */
final class ReplayRules {
    private final ModelRegistry registry;
    private final String inferences;
    private final Set<String> own;
    private final Set<String> topics;
    private final List<String> paths;

    ReplayRules(Settings settings, DataSource database) {
        registry = new ModelRegistry(database);
        inferences = settings.get(ApiOptions.KAFKA_INFERENCES_TOPIC);
        own = Set.of(
                settings.get(ApiOptions.KAFKA_CONTROL_TOPIC), settings.get(ApiOptions.KAFKA_RETENTION_EVENTS_TOPIC));
        topics = Set.copyOf(settings.get(ReplayOptions.OPEN_TOPICS));
        paths = settings.get(ReplayOptions.OPEN_PATHS);
    }

    /**
     * Checks what a caller asks for.
     *
     * @throws NotFound where its model is not registered, or is of a project in which the caller has no role
     * @throws ProblemException 403 or 422 where it is not for them
     */
    void check(Context call, ReplaySpec spec) {
        List<FieldError> refused = new ArrayList<>();
        checkOwnTopics(spec, refused);
        if (!refused.isEmpty()) {
            throw ProblemException.invalid(refused);
        }
        boolean everything = Caller.mayEverywhere(call, Role.ADMIN);
        Model model = model(call, spec.modelId());
        if (everything) {
            return;
        }
        if (model == null) {
            refused.add(new FieldError("model_id", "must be given: only an admin of everything replays every model"));
        } else {
            checkRoles(call, spec, model);
            checkScope(spec, model, refused);
        }
        if (!refused.isEmpty()) {
            throw ProblemException.of(
                    ProblemKind.FORBIDDEN,
                    "this replay takes the role 'admin' in every project: "
                            + refused.get(0).field() + " " + refused.get(0).rule(),
                    refused);
        }
    }

    /** Whether a replay is shown to a caller, and may be cancelled by them with another role. */
    static boolean may(Context call, Role role, @Nullable String projectId) {
        return projectId == null ? Caller.mayEverywhere(call, role) : Caller.may(call, role, projectId);
    }

    private @Nullable Model model(Context call, @Nullable String modelId) {
        if (modelId == null) {
            return null;
        }
        return registry.find(modelId)
                .filter(found ->
                        Caller.may(call, Role.READER, found.registration().projectId()))
                .orElseThrow(() -> NotFound.model(modelId));
    }

    private void checkRoles(Context call, ReplaySpec spec, Model model) {
        String project = model.registration().projectId();
        requireRole(call, Role.WRITER, project);
        if (spec instanceof ReplaySpec.ReEmit reEmit) {
            // What is sent holds the inputs.
            requireRole(call, Role.INPUT_READER, project);
            String asModel = reEmit.asModel();
            boolean allowed = asModel == null
                    || asModel.equals(model.modelId())
                    || registry.find(asModel)
                            .filter(other -> Caller.may(
                                    call, Role.WRITER, other.registration().projectId()))
                            .isPresent();
            if (!allowed) {
                throw ProblemException.of(
                        ProblemKind.FORBIDDEN,
                        "as_model must be a model of a project in which the caller has the role 'writer'");
            }
        }
    }

    private static void requireRole(Context call, Role role, String project) {
        if (!Caller.may(call, role, project)) {
            throw ProblemException.of(
                    ProblemKind.FORBIDDEN,
                    "this call takes the role '" + role.text() + "' in project '" + project
                            + "', which the model is in");
        }
    }

    private void checkScope(ReplaySpec spec, Model model, List<FieldError> refused) {
        Set<String> open = new HashSet<>(topics);
        open.add(inferences);
        if (spec instanceof ReplaySpec.ReEmit reEmit) {
            if (!open.contains(reEmit.topic())) {
                refused.add(new FieldError("topic", "must be one of " + listed(open)));
            }
            return;
        }
        ReplaySpec.Replay replay = (ReplaySpec.Replay) spec;
        if (replay.includeDisabled()) {
            refused.add(new FieldError("include_disabled", "must be false: storage was switched off on purpose"));
        }
        if (replay.source() instanceof ReplaySource.Files files) {
            checkPaths(files.paths(), model.registration().projectId(), refused);
            return;
        }
        model.registration().sources().forEach(source -> open.addAll(SourceFormat.topics(source)));
        named((ReplaySource.Topics) replay.source()).stream()
                .filter(topic -> !open.contains(topic))
                .forEach(topic -> refused.add(new FieldError(
                        "source", "must name no topics but " + listed(open) + ", and not '" + topic + "'")));
    }

    private void checkPaths(List<String> wanted, String project, List<FieldError> refused) {
        List<String> open = paths.stream()
                .map(prefix -> prefix.replace("{project_id}", project))
                .toList();
        wanted.stream()
                .filter(path -> open.stream().noneMatch(prefix -> isBelow(path, prefix)))
                .forEach(path -> refused.add(new FieldError(
                        "source.paths",
                        "must be below "
                                + (open.isEmpty()
                                        ? "a prefix of 'replay.open-paths', which has none"
                                        : String.join(" or ", open))
                                + ", as '" + path + "' does not")));
    }

    /** By whole names: what is open as {@code /data/shop} does not open {@code /data/shop2}. */
    private static boolean isBelow(String path, String prefix) {
        return path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/") || path.equals(prefix);
    }

    /** Nobody's events are there; written to, they would break what reads them. */
    private void checkOwnTopics(ReplaySpec spec, List<FieldError> refused) {
        Set<String> wanted = spec instanceof ReplaySpec.ReEmit reEmit
                ? Set.of(reEmit.topic())
                : spec instanceof ReplaySpec.Replay replay && replay.source() instanceof ReplaySource.Topics source
                        ? named(source)
                        : Set.of();
        wanted.stream()
                .filter(own::contains)
                .forEach(topic -> refused.add(new FieldError(
                        spec instanceof ReplaySpec.ReEmit ? "topic" : "source",
                        "must not name '" + topic + "', which is the store's own and has no events of models")));
    }

    private static Set<String> named(ReplaySource.Topics source) {
        Set<String> named = source.offsets().stream().map(PartitionRange::topic).collect(Collectors.toSet());
        named.addAll(source.topics());
        return named;
    }

    private static String listed(Set<String> topics) {
        return topics.stream().sorted().collect(Collectors.joining(", "));
    }
}
