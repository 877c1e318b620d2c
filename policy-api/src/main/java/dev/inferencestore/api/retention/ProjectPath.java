package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.TextRule;
import io.javalin.http.Context;

/** The project that a path names. Projects are not made: one that no model is in may have settings as well. */
final class ProjectPath {
    private static final String NAME = "project_id";

    private ProjectPath() {}

    static String of(Context call) {
        return call.pathParam(NAME);
    }

    /** The project, which must have the form of an id; the fields keep what is wrong. */
    static String check(Context call, Fields fields) {
        String projectId = of(call);
        TextRule.ID.broken(projectId).ifPresent(broken -> fields.error(NAME, broken));
        return projectId;
    }
}
