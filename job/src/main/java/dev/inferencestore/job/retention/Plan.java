package dev.inferencestore.job.retention;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.Schedule;
import dev.inferencestore.storage.retention.Planner;

/**
 * When automated runs of a model are due, at one version.
 *
 * @param version of the model's control record
 * @param anchor when the first run was due, milliseconds since 1970
 * @param interval milliseconds; 0 where there are none
 * @param due it is to be evaluated now, as far as the database knows
 * @param waits it is to be visited now, whatever its policy says
 */
public record Plan(
        String modelId, long version, long generation, long anchor, long interval, boolean due, boolean waits) {

    /** What a control record says. */
    public static Plan of(ControlRecord record) {
        Schedule schedule = record.deleted() || record.policy() == null
                ? null
                : record.policy().schedule();
        return new Plan(
                record.modelId(),
                record.version(),
                record.generation(),
                schedule == null ? 0 : schedule.anchor(),
                schedule == null ? 0 : schedule.interval(),
                false,
                false);
    }

    static Plan of(Planner.Known known) {
        return new Plan(
                known.modelId(),
                known.version(),
                known.generation(),
                known.anchor(),
                known.interval(),
                known.due(),
                known.waits());
    }

    /** The first due time after a moment. */
    long nextAfter(long now) {
        return new Schedule(anchor, interval).nextAfter(now);
    }

    boolean runs() {
        return interval > 0;
    }
}
