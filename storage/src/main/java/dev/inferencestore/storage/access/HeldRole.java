package dev.inferencestore.storage.access;

/**
 * A role in a project, as somebody holds it.
 *
 * @param projectId {@link #EVERY_PROJECT} for all of them
 * @param role as it is written; the API says which there are
 */
public record HeldRole(String projectId, String role) {
    /** In the place of a project: all of them, those that come later included. */
    public static final String EVERY_PROJECT = "*";
}
