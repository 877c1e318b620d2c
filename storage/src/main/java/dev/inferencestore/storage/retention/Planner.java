package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.RunRules;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What is due, asked for many models at once. Decides nothing about data: it makes tasks that wait, and says which models
 * have work. Safe for use by several threads, and by several jobs: a due time makes one task, whoever asks.
 */
public final class Planner {
    private static final int MODELS_A_STATEMENT = 1000;

    private final Jdbi jdbi;
    private final long graceSeconds;

    /**
     * Plans with a database.
     *
     * @param grace how long what a SOFT run hid, or a hold kept that was lifted, can be brought back
     */
    public Planner(DataSource database, Duration grace) {
        jdbi = Jdbi.create(database);
        graceSeconds = grace.toSeconds();
    }

    /**
     * Evaluates the policies of models whose time has come: moves their next time on, and makes a pending task where
     * something is past its age. A model with a task that waits or runs gets no other. Then makes the purges that are due, and what nothing
     * else would end: what lifted holds kept, and models that are unregistered.
     *
     * @param now this machine's clock, microseconds since 1970; the earlier of it and the database's decides what is due
     * @return how many tasks were made
     */
    public int plan(Collection<String> modelIds, long now) {
        List<String> all = modelIds.stream().distinct().sorted().toList();
        int made = 0;
        for (int from = 0; from < all.size(); from += MODELS_A_STATEMENT) {
            Object[] some = all.subList(from, Math.min(all.size(), from + MODELS_A_STATEMENT))
                    .toArray();
            made += jdbi.inTransaction(handle -> handle.createUpdate(PlanSql.EVALUATE)
                            .bindArray("modelIds", String.class, some)
                            .bind("now", now)
                            .execute()
                    + handle.createUpdate(PlanSql.MAKE_PURGES)
                            .bindArray("modelIds", String.class, some)
                            .bind("now", now)
                            .bind("cancelled", RunRules.CANCELLED)
                            .execute()
                    + handle.createUpdate(PlanSql.MAKE_LEFT_BEHIND)
                            .bindArray("modelIds", String.class, some)
                            .bind("graceSeconds", graceSeconds)
                            .execute()
                    + handle.createUpdate(PlanSql.MAKE_UNREGISTERING)
                            .bindArray("modelIds", String.class, some)
                            .execute());
        }
        return made;
    }

    /**
     * Models with tasks that wait or run and on which nobody works, in one share of all models.
     *
     * @param share from 0 up to the number of shares
     * @param shares into how many those who ask divide the models
     */
    public List<String> modelsWithTasks(int share, int shares, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(PlanSql.MODELS_WITH_TASKS)
                .bind("share", share)
                .bind("shares", shares)
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
    }

    /** What the schedule should know of: every model with a policy, and those with something to do. */
    public List<Known> known() {
        return jdbi.withHandle(handle -> handle.createQuery(PlanSql.KNOWN)
                .bind("graceSeconds", graceSeconds)
                .map((row, context) -> new Known(
                        row.getString("model_id"),
                        row.getLong("control_version"),
                        row.getLong("generation"),
                        row.getLong("anchor"),
                        row.getLong("interval_millis"),
                        row.getBoolean("due"),
                        row.getBoolean("waits")))
                .list());
    }

    /** How late removal is. */
    public Lateness lateness(long now) {
        return jdbi.withHandle(handle -> handle.createQuery(PlanSql.LATENESS)
                .bind("now", now)
                .bind("graceSeconds", graceSeconds)
                .map((row, context) -> new Lateness(row.getDouble(1), row.getString(2)))
                .findOne()
                .orElse(Lateness.NONE));
    }

    /**
     * Forgets tasks that ended so long ago, but for what may still be restored or purged; erasures with their receipts;
     * and tombstones that refuse nothing that a floor does not.
     */
    public void forget(Duration tasks, Duration receipts) {
        jdbi.useHandle(handle -> {
            handle.createUpdate(PlanSql.FORGET_TASKS)
                    .bind("seconds", tasks.toSeconds())
                    .execute();
            handle.createUpdate(PlanSql.FORGET_RECEIPTS)
                    .bind("seconds", receipts.toSeconds())
                    .execute();
            handle.createUpdate(PlanSql.FORGET_TOMBSTONES).execute();
        });
    }

    /**
     * A model as the database knows it.
     *
     * @param anchor milliseconds since 1970
     * @param interval milliseconds; 0 where there are no automated runs
     * @param due a run or a purge is: it is to be evaluated
     * @param waits a slice to end or entries to overwrite: it is to be visited
     */
    public record Known(
            String modelId, long version, long generation, long anchor, long interval, boolean due, boolean waits) {}

    /**
     * How late removal is.
     *
     * @param secondsPastCutoff how long the oldest thing that should be gone has been past its time; 0 where nothing is
     * @param modelId whose it is; null where nothing is late
     */
    public record Lateness(
            double secondsPastCutoff, @Nullable String modelId) {
        /** Nothing is late. */
        public static final Lateness NONE = new Lateness(0, null);
    }
}
