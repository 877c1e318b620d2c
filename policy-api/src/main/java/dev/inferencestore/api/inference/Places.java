package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Map;

/** How many answers that last may go out at once, in all and to one caller: a slow reader holds up nobody but itself. */
final class Places {
    private final String what;
    private final int all;
    private final int ofOne;
    private final Map<String, Integer> taken = new HashMap<>();
    private int sum;

    /**
     * All are free.
     *
     * @param what what they are for, in the plural
     */
    Places(String what, int all, int ofOne) {
        this.what = what;
        this.all = all;
        this.ofOne = ofOne;
    }

    /** A place that is taken until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a place for a call.
     *
     * @throws ProblemException 429 where the caller has as many as one may have, 503 where all are taken
     */
    synchronized Place take(Context call) {
        String caller = Caller.of(call);
        if (taken.getOrDefault(caller, 0) >= ofOne) {
            call.header("Retry-After", "5");
            throw ProblemException.of(
                    ProblemKind.TOO_MANY_CALLS,
                    ofOne + " " + what + " at once are the most for one caller: end one first");
        }
        if (sum >= all) {
            call.header("Retry-After", "5");
            throw ProblemException.of(
                    ProblemKind.UNAVAILABLE, all + " " + what + " are under way, which is the most: try again");
        }
        taken.merge(caller, 1, Integer::sum);
        sum++;
        return () -> free(caller);
    }

    private synchronized void free(String caller) {
        taken.computeIfPresent(caller, (name, places) -> places == 1 ? null : places - 1);
        sum--;
    }
}
