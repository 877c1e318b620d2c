package dev.inferencestore.api.http;

import dev.inferencestore.api.access.Role;
import io.javalin.http.Context;

/** Who calls, for the audit log. */
public final class Caller {
    private Caller() {}

    /** Nobody is known by name yet, so it says where a call came from. */
    public static String of(Context call) {
        return "anonymous@" + call.ip();
    }

    /** That the caller may do this with the model of the call: nobody is asked yet. */
    public static void require(Context call, Role role) {}
}
