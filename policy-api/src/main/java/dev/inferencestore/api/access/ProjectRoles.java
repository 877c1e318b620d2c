package dev.inferencestore.api.access;

import dev.inferencestore.storage.access.HeldRole;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The roles of a caller, by project. One in {@link HeldRole#EVERY_PROJECT} holds in each. */
public final class ProjectRoles {
    static final ProjectRoles NONE = of(Set.of());
    static final ProjectRoles EVERYTHING = of(Set.of(new HeldRole(HeldRole.EVERY_PROJECT, Role.ADMIN.text())));

    private final Map<String, Set<Role>> roles = new HashMap<>();

    private ProjectRoles() {}

    /** These roles; one whose name this version does not know gives nothing. */
    static ProjectRoles of(Collection<HeldRole> held) {
        ProjectRoles roles = new ProjectRoles();
        held.forEach(role -> Role.ofText(role.role()).ifPresent(known -> roles.roles
                .computeIfAbsent(role.projectId(), unseen -> EnumSet.noneOf(Role.class))
                .add(known)));
        return roles;
    }

    /** Whether they may do what asks for a role in a project; for {@link HeldRole#EVERY_PROJECT}, in each. */
    boolean may(Role asked, String projectId) {
        return holds(asked, HeldRole.EVERY_PROJECT) || holds(asked, projectId);
    }

    /** Whether they may do it in some project. */
    boolean maySomewhere(Role asked) {
        return roles.keySet().stream().anyMatch(projectId -> holds(asked, projectId));
    }

    /** The projects in which they may do it; null for all. */
    @Nullable
    Set<String> projects(Role asked) {
        if (holds(asked, HeldRole.EVERY_PROJECT)) {
            return null;
        }
        Set<String> projects = new HashSet<>(roles.keySet());
        projects.removeIf(projectId -> !holds(asked, projectId));
        return projects;
    }

    private boolean holds(Role asked, String projectId) {
        return roles.getOrDefault(projectId, Set.of()).stream().anyMatch(role -> role.includes(asked));
    }
}
