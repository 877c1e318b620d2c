package dev.inferencestore.domain.replay;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.route.Admission;
import dev.inferencestore.domain.route.TurnedAway;
import org.jspecify.annotations.Nullable;

/**
 * Which events a replay stores: of models whose storage is on now, those of the time before it was first on too, but not
 * those of times in which it was switched off on purpose.
 *
 * @param onlyModel null for all models
 * @param includeDisabled whether what was switched off, now or then, is stored all the same
 */
public record ReplayAdmission(@Nullable String onlyModel, boolean includeDisabled, OffTimes offTimes)
        implements Admission {

    @Override
    public @Nullable TurnedAway refuses(ControlRecord model, long at) {
        if (onlyModel != null && !onlyModel.equals(model.modelId())) {
            return TurnedAway.OTHER_MODEL;
        }
        if (includeDisabled) {
            return null;
        }
        if (!model.enabled()) {
            return TurnedAway.STORAGE_DISABLED;
        }
        return at != UNKNOWN && offTimes.isOff(model.modelId(), at) ? TurnedAway.STORAGE_WAS_OFF : null;
    }
}
