package dev.inferencestore.api.registration;

import dev.inferencestore.api.effect.InEffectWaits;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.progress.InEffectSnapshot;
import dev.inferencestore.storage.progress.InEffectState;

/**
 * A change of a model, as it is waited for.
 *
 * @param stores whether that version stores events; where it does not, what was in flight must be durable too
 */
public record ModelVersion(long version, boolean stores) {

    /** Waits for such changes. */
    public static InEffectWaits<ModelVersion, InEffectState> waits(InEffect inEffect) {
        return new InEffectWaits<>(
                changes -> {
                    InEffectSnapshot snapshot = inEffect.read();
                    return change -> snapshot.of(change.version(), change.stores());
                },
                InEffectState::inEffect,
                InEffectState::no);
    }
}
