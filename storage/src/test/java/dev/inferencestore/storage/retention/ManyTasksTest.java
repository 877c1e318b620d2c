package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A model whose SOFT policy ran every minute for weeks. */
class ManyTasksTest extends RetentionTests {

    @Test
    void purgesAreMadeWithoutReadingAllTasksForEach() throws Exception {
        store.register("minutes");
        policy("minutes", DeleteAction.SOFT, at(1, 0));
        store.run("minutes");
        copies(60_000, "'trigger', 'purge', 'purge_of', md5(g::text)::uuid");
        copies(3_000, "'restorable_until', clock_timestamp() - interval '1 hour'");
        store.execute("ANALYZE retention_tasks");

        long start = System.nanoTime();
        assertThat(store.plan("minutes")).isEqualTo(3_000);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private void copies(int number, String changes) {
        store.execute("INSERT INTO retention_tasks SELECT n.* FROM generate_series(1, " + number + ") g,"
                + " (SELECT * FROM retention_tasks WHERE model_id = 'minutes' ORDER BY created_at LIMIT 1) t,"
                + " LATERAL jsonb_populate_record(NULL::retention_tasks, to_jsonb(t)"
                + " || jsonb_build_object('task_id', md5(g || random()::text)::uuid, " + changes + ")) n");
    }
}
