package dev.inferencestore.domain.route;

import dev.inferencestore.domain.registration.ControlRecord;
import org.jspecify.annotations.Nullable;

/** Whether events of a registered model are to be stored. */
public interface Admission {
    /** Stands for a time that is not known yet. */
    long UNKNOWN = Long.MIN_VALUE;

    /** Of live traffic: what is registered and switched on now. */
    Admission LIVE = (model, at) -> model.enabled() ? null : TurnedAway.STORAGE_DISABLED;

    /**
     * Why an event is turned away; null where it is not.
     *
     * @param model registered, not deleted
     * @param at when Kafka received it, or where it does not come from there when it was made, in microseconds since
     *     1970; {@link #UNKNOWN} before that is decoded: then it is asked again
     */
    @Nullable
    TurnedAway refuses(ControlRecord model, long at);
}
