package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A run dies at every point and another owner goes on: nothing is left, nothing is counted twice. */
class DeathTest extends RetentionTests {

    /** Every step, for the first time and in the middle; there are two slices of inputs and two of records. */
    static Stream<Arguments> points() {
        return EnumSet.range(RunListener.Step.STARTED, RunListener.Step.SCRUBBED).stream()
                .flatMap(step -> switch (step) {
                    case STARTED, COUNTED, SCRUBBED -> Stream.of(Arguments.of(step, 1));
                    default -> Stream.of(1, 2, 3, 4).map(nth -> Arguments.of(step, nth));
                });
    }

    @ParameterizedTest
    @MethodSource("points")
    void whoeverComesNextEndsItWithExactNumbers(RunListener.Step step, int nth) throws Exception {
        String model = "dies-" + step + "-" + nth;
        fill(model);
        policy(model, DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");

        die(model, step, nth);
        store.work(model);

        removedAll(model, store.tasks.read(model, task.taskId()));
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TOMBSTONED", "ERASED", "COPIES_MARKED"})
    void whoeverComesNextEndsAPurge(RunListener.Step step) throws Exception {
        String model = "purge-" + step;
        fill(model);
        policy(model, DeleteAction.SOFT, at(5, 30));
        Task soft = store.run(model);
        endGrace(model);
        store.plan(model);

        die(model, step, 1);
        store.work(model);

        removedAll(model, only(model, "trigger = 'purge'"));
        Task purged = store.tasks.read(model, soft.taskId());
        assertThat(purged.figures().recordsDeleted()).isEqualTo(10);
        assertThat(purged.figures().blobsDeleted()).isEqualTo(9);
        assertThat(purged.purged()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            names = {"STARTED", "COUNTED"})
    void aSoftRunThatDiesIsEndedToo(RunListener.Step step) throws Exception {
        String model = "soft-" + step;
        fill(model);
        policy(model, DeleteAction.SOFT, at(5, 30));
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");

        die(model, step, 1);
        store.work(model);

        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(end.figures().recordsMatched()).isEqualTo(10);
        assertThat(end.figures().bytes()).isEqualTo(inputBytes(9));
        assertThat(end.restorableUntil()).isNotNull();
        assertThat(store.visible(model)).isEqualTo(2);
    }

    @Test
    void aRunThatDiesAgainAndAgainGetsThere() throws Exception {
        fill("again");
        policy("again", DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create("again", new NewTask(false, null, null), "ann");
        for (RunListener.Step step : EnumSet.range(RunListener.Step.STARTED, RunListener.Step.SCRUBBED)) {
            die("again", step, 1);
        }

        store.work("again");

        removedAll("again", store.tasks.read("again", task.taskId()));
    }

    @Test
    void twoOwnersDoNotWorkOnOneModel() throws Exception {
        fill("one");
        try (Owner first = new Owner(store, "one", new RunListener() {})) {
            assertThatThrownBy(() -> new Owner(store, "one", new RunListener() {}).close())
                    .isInstanceOf(java.util.NoSuchElementException.class);
            first.release();
        }
        new Owner(store, "one", new RunListener() {}).close();
    }

    private void die(String model, RunListener.Step step, int nth) {
        AtStep death = AtStep.dies(step, nth);
        try (Owner owner = new Owner(store, model, death)) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease(model);
    }

    private void removedAll(String model, Task end) {
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(end.figures().recordsMatched()).isEqualTo(10);
        assertThat(end.figures().recordsDeleted()).isEqualTo(10);
        assertThat(end.figures().blobsDeleted()).isEqualTo(9);
        assertThat(end.figures().bytes()).isEqualTo(inputBytes(9));
        assertThat(end.figures().objects()).isEqualTo(5);
        assertThat(store.stored(model)).isEqualTo(2);
        assertThat(store.visible(model)).isEqualTo(2);
        assertThat(store.readable(model)).containsOnlyKeys("k", "l");
        assertThat(bucket(model)).doesNotContain("input of j").contains("the input of k;");
        assertThat(segments(model)).isEqualTo(2);
        assertThat(unfinished(model)).isZero();
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    private static long inputBytes(int inputs) {
        return inputs * (long) "the input of a;".length();
    }

    /** Ten inferences below half past five, one of them without an input; two above, one of them in the same segment. */
    private void fill(String model) throws Exception {
        store.register(model);
        writer.store(
                model,
                Event.at("a", at(0, 10)),
                Event.at("b", at(0, 10)),
                Event.at("c", at(1, 10)),
                Event.at("d", at(2, 10)),
                Event.at("e", at(2, 20)),
                Event.at("f", at(3, 10)),
                Event.at("g", at(4, 10)).withoutInput());
        writer.store(
                model,
                1,
                Event.at("h", at(4, 20)),
                Event.at("i", at(5, 10)),
                Event.at("j", at(5, 20)),
                Event.at("k", at(5, 40)));
        writer.store(model, Event.at("l", at(6, 10)));
    }
}
