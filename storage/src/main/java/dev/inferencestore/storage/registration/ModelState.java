package dev.inferencestore.storage.registration;

import java.util.Locale;

/** Where a model that was ever registered stands. */
public enum ModelState {
    REGISTERED,
    /** Unregistered, and what it stored is still to be erased. Its id is taken until that has ended. */
    DELETING,
    /** Gone, but for what holds keep. */
    UNREGISTERED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the columns of {@code models}. */
    public static ModelState of(boolean deleted, boolean deleting) {
        return deleting ? DELETING : deleted ? UNREGISTERED : REGISTERED;
    }
}
