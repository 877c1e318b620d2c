package dev.inferencestore.storage.progress;

import org.jspecify.annotations.Nullable;

/**
 * Whether the running job obeys a version.
 *
 * @param reason why it does not yet; null when it does
 */
public record InEffectState(boolean inEffect, @Nullable String reason) {
    static final InEffectState YES = new InEffectState(true, null);

    public static InEffectState no(String reason) {
        return new InEffectState(false, reason);
    }
}
