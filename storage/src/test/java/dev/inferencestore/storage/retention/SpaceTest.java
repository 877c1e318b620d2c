package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is removed makes room for what comes. */
class SpaceTest {
    private static RetentionStore store;

    @BeforeAll
    static void start() {
        store = new RetentionStore();
        store.settings = new RunSettings(5_000, 100, 500, Duration.ofDays(7), Duration.ZERO);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void theTableDoesNotGrowWhenAsMuchComesAsGoes() {
        store.register("m");
        fill(9);
        long once = size();

        for (int hours = 8; hours > 2; hours -= 2) {
            store.policy("m", Duration.ofHours(hours), Duration.ofHours(hours), DeleteAction.HARD, Duration.ZERO);
            Task task = store.run("m");
            assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
            assertThat(task.figures().recordsDeleted()).isEqualTo(20_000);
            assertThat(store.stored("m")).isZero();
            store.execute("VACUUM inferences");
            fill(hours - 1);
        }

        // Not four times as much. Some more than once, since an emptied page of an index waits for a second vacuum.
        assertThat((double) size()).isLessThan(once * 1.5);
    }

    /** Rows of so many hours ago: above the floor of the run before, below the cutoff of the next. */
    private static void fill(int hoursAgo) {
        store.execute("""
                INSERT INTO inferences (model_id, inference_id, created_at, part, output, output_size, fingerprint)
                SELECT 'm', gen_random_uuid()::text, now() - %d * interval '1 hour' + i * interval '1 millisecond', 'both',
                       repeat('x', 200)::bytea, 200, 'f'
                FROM generate_series(1, 20000) i;
                INSERT INTO model_hours (model_id, hour, slot, records, oldest, newest)
                SELECT model_id, date_trunc('hour', created_at), 0, count(*), min(created_at), max(created_at)
                FROM inferences GROUP BY 1, 2""".formatted(hoursAgo));
    }

    private static long size() {
        return store.number("SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                + " WHERE inhparent = 'inferences'::regclass");
    }
}
