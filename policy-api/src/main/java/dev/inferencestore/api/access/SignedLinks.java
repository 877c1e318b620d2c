package dev.inferencestore.api.access;

import io.javalin.http.Context;

/** Calls that need no token, since their address carries a signature of this API. */
@FunctionalInterface
public interface SignedLinks {
    /** There are none. */
    SignedLinks NONE = call -> false;

    /**
     * Whether the address of a call is signed, for this method and path, and still in its time: then it needs no role. Asked
     * for every call that names a role, before anything else, so it must be cheap where there is no signature. What the
     * link shows must check again that it may still be shown.
     */
    boolean covers(Context call);
}
