package dev.inferencestore.domain.route;

import java.util.Locale;

/** Why an event that may be in order is not stored. */
public enum TurnedAway {
    /** No model is registered under the name that the event carries. */
    UNREGISTERED,
    /** The model is registered and its storage is off. */
    STORAGE_DISABLED,
    /** A record without a value: CloudEvents over Kafka calls it a tombstone. */
    NO_VALUE,
    /** Kafka no longer has it, and an operator agreed to go on. */
    MISSING_IN_KAFKA;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
