package dev.inferencestore.api.access;

import dev.inferencestore.storage.access.HeldRole;
import io.javalin.http.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who makes a call, once it has passed the gate. */
public final class Principal {
    private static final String ATTRIBUTE = "dev.inferencestore.principal";

    private final String name;
    private final ProjectRoles roles;

    /**
     * Somebody with these roles.
     *
     * @param name for the audit log, as in {@code user:alice}
     */
    Principal(String name, ProjectRoles roles) {
        this.name = name;
        this.roles = roles;
    }

    /** Somebody who has not said who they are; known by where they call from. */
    static Principal anonymous(Context call, ProjectRoles roles) {
        return new Principal("anonymous@" + call.ip(), roles);
    }

    /** The caller of a call; nobody with any role where it did not pass the gate. */
    public static Principal of(Context call) {
        Principal known = call.attribute(ATTRIBUTE);
        return known == null ? anonymous(call, ProjectRoles.NONE) : known;
    }

    void attach(Context call) {
        call.attribute(ATTRIBUTE, this);
    }

    public String name() {
        return name;
    }

    public boolean may(Role role, String projectId) {
        return roles.may(role, projectId);
    }

    /** Whether they may do it in every project, those that come later included. */
    public boolean mayEverywhere(Role role) {
        return roles.may(role, HeldRole.EVERY_PROJECT);
    }

    boolean maySomewhere(Role role) {
        return roles.maySomewhere(role);
    }

    /** The projects in which they may do it; null for all. */
    public @Nullable Set<String> projects(Role role) {
        return roles.projects(role);
    }
}
