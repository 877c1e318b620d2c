package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** A restore and an evaluation at the same moment: what comes back stays. */
class RestoreMeetsPlannerTest extends RetentionTests {

    @Test
    void aTaskThatIsJustBeingMadeDoesNotHideAgainWhatIsRestored() throws Exception {
        store.register("race");
        writer.store("race", Event.at("a", at(1, 0)), Event.at("b", at(2, 0)));
        store.policy("race", ageTo(at(1, 30)), ageTo(at(1, 30)), DeleteAction.SOFT, Duration.ofHours(1));
        store.plan("race");
        store.work("race");
        Task soft = only("race", "state = 'complete'");
        store.execute("UPDATE retention_policies SET next_run_at = clock_timestamp(), record_age = record_age - 3600,"
                + " blob_age = blob_age - 3600 WHERE model_id = 'race'");

        try (Handle planner = store.jdbi.open()) {
            planner.begin();
            assertThat(planner.createUpdate(PlanSql.EVALUATE)
                            .bindArray("modelIds", String.class, "race")
                            .bind("now", store.clock.millis() * 1000)
                            .execute())
                    .isEqualTo(1);
            CompletableFuture<?> restore =
                    CompletableFuture.runAsync(() -> store.tasks.restore("race", soft.taskId(), "ann"));
            while (store.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
                LockSupport.parkNanos(10_000_000);
            }
            planner.commit();
            restore.get(10, TimeUnit.SECONDS);
        }
        store.work("race");

        assertThat(tasks("race", "state = 'cancelled' AND error = 'an earlier run was restored'"))
                .isEqualTo(1);
        assertThat(store.visible("race")).isEqualTo(2);
    }
}
