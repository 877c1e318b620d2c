package dev.inferencestore.domain.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why an inference is stored without bytes that it had. Listed in {@code docs/formats.md}. */
public enum Omission {
    /** Larger than the store, or the model's capture rules, take. */
    TOO_LARGE,
    /** The model's capture rules leave this half out. */
    NOT_CAPTURED,
    /** The rules redact parts of it, and it could not be read as JSON to find them. */
    NOT_REDACTABLE,
    /** The event refers to it by an address that no allowed prefix covers. */
    REFERENCE_NOT_ALLOWED,
    /** The event refers to it by an address at which it could not be fetched. */
    REFERENCE_FAILED;

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reason of this name; null where there is none. */
    public static @Nullable Omission of(@Nullable String text) {
        for (Omission omission : values()) {
            if (omission.text().equals(text)) {
                return omission;
            }
        }
        return null;
    }
}
