package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a range is cut into slices of five rows or two segments. */
class SlicesTest extends RetentionTests {

    @Test
    void moreRowsThanASliceWithTheVerySameTimeGoTogether() throws Exception {
        store.register("same");
        writer.store(
                "same",
                IntStream.range(0, 12)
                        .mapToObj(i -> Event.at("i" + i, at(2, 10)))
                        .toArray(Event[]::new));
        writer.store("same", Event.at("before", at(2, 9)), Event.at("after", at(2, 11)), Event.at("kept", at(2, 50)));
        policy("same", DeleteAction.HARD, at(2, 30));

        Task task = store.run("same");

        assertThat(task.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().recordsDeleted()).isEqualTo(14);
        assertThat(task.figures().blobsDeleted()).isEqualTo(14);
        assertThat(store.readable("same")).containsOnlyKeys("kept");
        assertThat(store.sumsAreRight("same")).isTrue();
    }

    @Test
    void rowsAMicrosecondApartAreToldApartAtTheCutoff() throws Exception {
        store.register("micro");
        writer.store(
                "micro",
                IntStream.range(0, 11)
                        .mapToObj(i -> Event.at("i" + i, at(2, 10).plusNanos(i * 1000L)))
                        .toArray(Event[]::new));
        policy("micro", DeleteAction.HARD, at(2, 30));
        Task dry = store.run("micro", new NewTask(true, null, null));
        store.execute("UPDATE retention_tasks SET record_cutoff = '" + at(2, 10).plusNanos(7000) + "', blob_cutoff = '"
                + at(2, 10).plusNanos(8000) + "' WHERE task_id = '" + dry.taskId() + "'");

        Task task = store.run("micro", new NewTask(false, null, dry.taskId()));

        assertThat(task.figures().recordsDeleted()).isEqualTo(7);
        assertThat(task.figures().blobsDeleted()).isEqualTo(8);
        assertThat(store.readable("micro")).containsOnlyKeys("i10", "i8", "i9");
        assertThat(store.stored("micro")).isEqualTo(4);
        assertThat(store.sumsAreRight("micro")).isTrue();
    }

    @Test
    void manySegmentsOfOneHourGoInOneSlice() throws Exception {
        store.register("many");
        for (int i = 0; i < 7; i++) {
            writer.store("many", Event.at("i" + i, at(2, i)));
        }
        writer.store("many", Event.at("j", at(3, 1)));
        policy("many", DeleteAction.HARD, null, at(4, 0));
        List<RunListener.Removed> slices = new ArrayList<>();

        work("many", slices);

        assertThat(slices).extracting(RunListener.Removed::objects).containsExactly(7L, 1L);
        assertThat(store.keys("many")).isEmpty();
    }

    @Test
    void slicesOfRecordsHoldSoManyRowsAtMost() throws Exception {
        store.register("rows");
        writer.store(
                "rows",
                IntStream.range(0, 23)
                        .mapToObj(i -> Event.at("i" + i, at(i / 4, i)).withoutInput())
                        .toArray(Event[]::new));
        policy("rows", DeleteAction.HARD, at(8, 0));
        List<RunListener.Removed> slices = new ArrayList<>();

        work("rows", slices);

        assertThat(slices).allMatch(slice -> slice.records() <= 5);
        assertThat(slices.stream().mapToLong(RunListener.Removed::records).sum())
                .isEqualTo(23);
        assertThat(store.number("SELECT count(*) FROM model_hours WHERE model_id = 'rows'"))
                .isZero();
    }

    private void work(String model, List<RunListener.Removed> slices) {
        store.tasks.create(model, new NewTask(false, null, null), "ann");
        RunListener listener = new RunListener() {
            @Override
            public void removed(Removed removed) {
                slices.add(removed);
            }
        };
        try (Owner owner = new Owner(store, model, listener)) {
            owner.work();
        }
    }
}
