package dev.inferencestore.api.access;

import io.javalin.security.RouteRole;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do with the models of a project. Every route names the one that it asks for. */
public enum Role implements RouteRole {
    /** No role, and no token either: whether the process is alive, what the API is like. */
    ANYONE,
    /** Sees registrations, policies, tasks, holds and records: outputs and metadata, no inputs. */
    READER,
    /** Sees inputs too. */
    INPUT_READER,
    /** Registers models, switches storage, adds metadata; sees what a reader does. */
    WRITER,
    /** Sets policies, runs tasks, erases, holds; sees what a reader does. */
    RETENTION_ADMIN,
    /** May do all of it, and says who else may. */
    ADMIN;

    /** Those that somebody can be given. */
    public static List<Role> grantable() {
        return Arrays.stream(values()).filter(role -> role != ANYONE).toList();
    }

    /** The role of this name that somebody can be given. */
    static Optional<Role> ofText(String text) {
        return grantable().stream().filter(role -> role.text().equals(text)).findFirst();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether who has this role may do what asks for the other. */
    public boolean includes(Role other) {
        return this == other || this == ADMIN || other == ANYONE || other == READER;
    }
}
