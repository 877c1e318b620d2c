package dev.inferencestore.api.access;

import io.javalin.http.Context;

/** Calls that need no token, since their address carries a signature of this API. */
@FunctionalInterface
public interface SignedLinks {
    /** There are none. */
    SignedLinks NONE = call -> false;

    /**
     * Whether the address of a call is signed, for this path, and still in its time: then it needs no role. Asked for reading
     * calls that take the role of those who see inputs, before anything else; so it must be cheap where there is no signature.
     * What the link shows must check again that it may still be shown.
     *
     * @throws dev.inferencestore.api.http.ProblemException where there is a signature that is not good
     */
    boolean covers(Context call);
}
