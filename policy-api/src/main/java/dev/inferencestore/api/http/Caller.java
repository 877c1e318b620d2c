package dev.inferencestore.api.http;

import dev.inferencestore.api.access.Gate;
import dev.inferencestore.api.access.Principal;
import dev.inferencestore.api.access.Role;
import io.javalin.http.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who makes a call, and what they may do. Without authentication everybody may do everything. */
public final class Caller {
    private Caller() {}

    /** For the audit log: {@code user:alice}, {@code token:ci}, {@code anonymous@127.0.0.1}. */
    public static String of(Context call) {
        return Principal.of(call).name();
    }

    /** Whether they may do what asks for a role in a project. */
    public static boolean may(Context call, Role role, String projectId) {
        return Principal.of(call).may(role, projectId);
    }

    /** Whether they may do it in every project, those that come later included. */
    public static boolean mayEverywhere(Context call, Role role) {
        return Principal.of(call).mayEverywhere(role);
    }

    /** The projects in which they may do it, for lists that show nothing of others; null for all. */
    public static @Nullable Set<String> projects(Context call, Role role) {
        return Principal.of(call).projects(role);
    }

    /**
     * That the caller may do what asks for one more role with what the path names, as if the route named that role.
     *
     * @throws ProblemException 403 where they may not
     */
    public static void require(Context call, Role role) {
        Gate.require(call, role);
    }
}
