package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.storage.access.AccessReader;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which letters a call is about: those for models of projects in which the caller has the role. Letters for no model that is
 * known may be anybody's, so only who has it everywhere has them.
 */
final class VisibleLetters {
    private final AccessReader access;
    private final @Nullable Set<String> projects;
    private final Map<String, Boolean> known = new HashMap<>();

    private VisibleLetters(AccessReader access, @Nullable Set<String> projects) {
        this.access = access;
        this.projects = projects;
    }

    static VisibleLetters of(Context call, Role role, AccessReader access) {
        return new VisibleLetters(access, Caller.projects(call, role));
    }

    boolean shows(@Nullable String modelId) {
        if (projects == null) {
            return true;
        }
        return modelId != null
                && known.computeIfAbsent(modelId, unseen -> access.projectOf(unseen)
                        .filter(projects::contains)
                        .isPresent());
    }
}
