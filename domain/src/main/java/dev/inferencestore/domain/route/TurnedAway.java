package dev.inferencestore.domain.route;

import java.util.Locale;

/** Why an event that may be in order is not stored. */
public enum TurnedAway {
    /** No model is registered under the name that the event carries. */
    UNREGISTERED,
    /** The model is registered and its storage is off. */
    STORAGE_DISABLED,
    /** The capture rules of the model store only a share of its inferences, and this is none of them. */
    NOT_SAMPLED,
    /** The capture rules of the model leave all of it out. */
    NOT_CAPTURED,
    /** A replay: the model's storage was switched off on purpose when it was sent. */
    STORAGE_WAS_OFF,
    /** A replay of another model. */
    OTHER_MODEL,
    /** It was sent again out of the store, and would be stored as new traffic. */
    RE_EMITTED,
    /** A record without a value: CloudEvents over Kafka calls it a tombstone. */
    NO_VALUE,
    /** Kafka no longer has it, and an operator agreed to go on. */
    MISSING_IN_KAFKA;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
