package dev.inferencestore.api;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Writes the progress that a running job writes. */
public final class SimulatedJob {
    private final Jdbi jdbi;
    private final String jobId;
    private final int parallelism;

    public SimulatedJob(DataSource database, String jobId, int parallelism) {
        this.jdbi = Jdbi.create(database);
        this.jobId = jobId;
        this.parallelism = parallelism;
    }

    public SimulatedJob allRoute(long version) {
        for (int subtask = 0; subtask < parallelism; subtask++) {
            routes(subtask, version);
        }
        return this;
    }

    public SimulatedJob allStore(long version) {
        for (int subtask = 0; subtask < parallelism; subtask++) {
            reports("store", subtask, version, 0);
        }
        return this;
    }

    public SimulatedJob routes(int subtask, long version) {
        return reports("route", subtask, version, 0);
    }

    /** A heartbeat that many seconds ago. */
    public SimulatedJob reports(String role, int subtask, long version, int secondsAgo) {
        jdbi.useHandle(handle -> handle.execute("""
                INSERT INTO router_progress (job_id, role, subtask, parallelism, started_at, version, totals, heartbeat)
                VALUES (?, ?, ?, ?, clock_timestamp(), ?, '{}', clock_timestamp() - ? * interval '1 second')
                ON CONFLICT (job_id, role, subtask) DO UPDATE
                SET version = excluded.version, heartbeat = excluded.heartbeat, parallelism = excluded.parallelism
                """, jobId, role, subtask, parallelism, version, secondsAgo));
        return this;
    }
}
