package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** The segments of a busy hour are many: writers do not wait until all are marked. */
class WriterMeetsMarkingTest extends RetentionTests {

    @Test
    void aFlushDoesNotWaitWhileSegmentsAreMarked() throws Exception {
        store.register("busy");
        writer.store("busy", Event.at("a", at(1, 0)), Event.at("b", at(1, 40)), Event.at("c", at(3, 0)));
        policy("busy", DeleteAction.HARD, at(1, 30));
        Task task = store.tasks.create("busy", new NewTask(false, null, null), "ann");

        CompletableFuture<?> run;
        try (Handle other = store.jdbi.open()) {
            other.begin();
            other.execute("SELECT 1 FROM segments WHERE model_id = 'busy' FOR UPDATE");
            run = CompletableFuture.runAsync(() -> store.work("busy"));
            while (store.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
                LockSupport.parkNanos(10_000_000);
            }
            CompletableFuture<Void> flush = CompletableFuture.runAsync(() -> {
                try {
                    writer.store("busy", Event.at("late", at(1, 10)), Event.at("d", at(1, 50)));
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
            flush.get(5, TimeUnit.SECONDS);
            other.commit();
        }
        run.get(20, TimeUnit.SECONDS);

        // What came late was stored without its input: records were not claimed yet.
        assertThat(store.tasks.read("busy", task.taskId()).figures().recordsDeleted())
                .isEqualTo(2);
        assertThat(store.readable("busy")).containsOnlyKeys("b", "c", "d");
        assertThat(bucket("busy")).doesNotContain("input of a;", "input of late;");
        assertThat(unfinished("busy")).isZero();
        assertThat(store.sumsAreRight("busy")).isTrue();
    }
}
