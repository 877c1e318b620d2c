package dev.inferencestore.api.http;

import io.javalin.http.Context;

/** Who calls, for the audit log. */
public final class Caller {
    private Caller() {}

    /** Nobody is known by name yet, so it says where a call came from. */
    public static String of(Context call) {
        return "anonymous@" + call.ip();
    }
}
