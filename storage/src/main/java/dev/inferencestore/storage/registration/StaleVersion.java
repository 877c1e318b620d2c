package dev.inferencestore.storage.registration;

import org.jspecify.annotations.Nullable;

/** A change that was made up from another version than the one there is. Read again, then decide. */
public final class StaleVersion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleVersion(String what, @Nullable Long version) {
        super(version == null ? "there is no " + what : what + " is at version " + version);
    }
}
