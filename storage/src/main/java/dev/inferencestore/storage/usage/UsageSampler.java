package dev.inferencestore.storage.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Writes down each hour how much is stored. Any number of processes may try: one does it, in one transaction, so that an hour
 * has its whole sample or none and the next who tries makes it. Connections must have {@code inference_store} as their
 * schema.
 */
public final class UsageSampler {
    private final Jdbi jdbi;
    private final Duration hourly;
    private final Duration daily;

    /**
     * Makes a sampler.
     *
     * @param hourly for how long samples of each hour are kept
     * @param daily for how long the last one of each day is
     */
    public UsageSampler(DataSource database, Duration hourly, Duration daily) {
        jdbi = Jdbi.create(database);
        this.hourly = hourly;
        this.daily = daily;
    }

    /**
     * Takes the sample of the hour, unless it is there or somebody is at it.
     *
     * @return whether it did
     */
    public boolean sample(Instant now) {
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        boolean sampled = jdbi.inTransaction(handle -> {
            if (!ask(handle, UsageSql.TRY_TO_SAMPLE) || isSampled(handle, hour)) {
                return false;
            }
            handle.execute(UsageSql.TAKE_TIME);
            at(handle, UsageSql.SAMPLE_MODELS, hour);
            at(handle, UsageSql.SAMPLE_PROJECTS, hour);
            at(handle, UsageSql.SAMPLED, hour);
            return true;
        });
        if (sampled) {
            forget(hour);
        }
        return sampled;
    }

    private void forget(Instant hour) {
        Instant dailyFrom = hour.minus(hourly).truncatedTo(ChronoUnit.DAYS);
        Instant oldest = hour.minus(daily);
        jdbi.useTransaction(handle -> {
            handle.execute(UsageSql.TAKE_TIME);
            thin(handle, UsageSql.THIN_MODELS, dailyFrom);
            thin(handle, UsageSql.THIN_PROJECTS, dailyFrom);
            forget(handle, UsageSql.FORGET_MODELS, oldest);
            forget(handle, UsageSql.FORGET_PROJECTS, oldest);
            forget(handle, UsageSql.FORGET_SAMPLES, oldest);
        });
    }

    private static boolean isSampled(Handle handle, Instant hour) {
        return handle.createQuery(UsageSql.IS_SAMPLED)
                .bind("at", hour)
                .mapTo(Boolean.class)
                .one();
    }

    private static boolean ask(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(Boolean.class).one();
    }

    private static void at(Handle handle, String sql, Instant hour) {
        handle.createUpdate(sql).bind("at", hour).execute();
    }

    private static void thin(Handle handle, String sql, Instant daily) {
        handle.createUpdate(sql).bind("daily", daily).execute();
    }

    private static void forget(Handle handle, String sql, Instant oldest) {
        handle.createUpdate(sql).bind("oldest", oldest).execute();
    }
}
