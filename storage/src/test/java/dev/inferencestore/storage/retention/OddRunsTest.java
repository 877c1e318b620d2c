package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.segment.BrokenTarException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that meet what should not be: an object that is no tar any more, clocks that were wrong, an owner that is late. */
class OddRunsTest extends RetentionTests {

    @Test
    void anObjectThatCannotBeScrubbedKeepsNoOtherFromIt() throws Exception {
        store.register("broken");
        for (int i = 0; i < 6; i++) {
            writer.store("broken", Event.at("old" + i, at(1, i)), Event.at("new" + i, at(1, 40 + i)));
        }
        String broken = store.keys("broken").get(2);
        store.jdbi.useHandle(handle -> handle.execute("UPDATE segments SET length = 512 WHERE object_key = ?", broken));
        policy("broken", DeleteAction.HARD, at(1, 30));
        Task task = store.tasks.create("broken", new NewTask(false, null, null), "ann");

        assertThatThrownBy(() -> store.work("broken")).isInstanceOf(BrokenTarException.class);

        assertThat(store.tasks.read("broken", task.taskId()).state()).isEqualTo(TaskState.RUNNING);
        assertThat(unfinished("broken")).isEqualTo(1);
        store.objects.delete(List.of(broken));
        assertThat(bucket("broken")).contains("input of new").doesNotContain("input of old");
    }

    @Test
    void aDryRunOfAClockThatWasAheadRemovesNothingThatIsYoung() throws Exception {
        store.register("ahead");
        writer.store("ahead", Event.at("a", at(1, 0)), Event.at("b", at(3, 0)));
        policy("ahead", DeleteAction.HARD, at(2, 0));
        Task dry = store.run("ahead", new NewTask(true, null, null));
        store.execute("UPDATE retention_tasks SET record_cutoff = record_cutoff + interval '5 hours',"
                + " blob_cutoff = blob_cutoff + interval '5 hours' WHERE task_id = '" + dry.taskId() + "'");

        Task real = store.run("ahead", new NewTask(false, null, dry.taskId()));

        assertThat(real.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.readable("ahead")).containsOnlyKeys("b");
    }

    @Test
    void aPurgeThatTakesLessThanWasHiddenShowsTheRest() throws Exception {
        store.register("behind");
        policy("behind", DeleteAction.SOFT, at(3, 0));
        writer.store("behind", Event.at("a", at(1, 0)), Event.at("b", at(1, 59).plusSeconds(40)));
        store.run("behind");
        policy("behind", DeleteAction.SOFT, at(2, 0));
        store.clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-50));
        try {
            purge("behind");
        } finally {
            store.clock = Clock.systemUTC();
        }

        assertThat(store.stored("behind")).isEqualTo(1);
        assertThat(store.visible("behind")).as("nobody would remove it").isEqualTo(1);
    }

    @Test
    void anOwnerThatCountedForTooLongWritesNothing() throws Exception {
        store.register("slow");
        writer.store("slow", Event.at("a", at(1, 0)));
        policy("slow", DeleteAction.HARD, at(2, 0));
        Task task = store.tasks.create("slow", new NewTask(false, null, null), "ann");
        try (Owner slow = new Owner(store, "slow", new AtStep(RunListener.Step.STARTED, 1, () -> {
            endLease("slow");
            store.work("slow");
            store.execute("INSERT INTO model_hours SELECT model_id, '" + at(1, 0)
                    + "', 9, 7, 7, 7, created_at, created_at FROM retention_tasks WHERE model_id = 'slow'");
        }))) {
            assertThatThrownBy(slow::work).isInstanceOf(Leases.Lost.class);
        }

        assertThat(store.tasks.read("slow", task.taskId()).figures().recordsMatched())
                .isEqualTo(1);
    }
}
