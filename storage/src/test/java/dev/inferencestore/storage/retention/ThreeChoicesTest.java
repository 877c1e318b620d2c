package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person can choose: both go after a time, only inputs go, both stay; hidden first, or removed at once. */
class ThreeChoicesTest extends RetentionTests {

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void bothGoAfterATime(DeleteAction action) throws Exception {
        String model = "both-" + action.text();
        fill(model);
        policy(model, action, at(4, 30));

        Task task = store.run(model);

        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().recordsMatched()).isEqualTo(3);
        assertThat(task.figures().blobsMatched()).isEqualTo(2);
        assertThat(task.figures().oldest()).isEqualTo(at(1, 10));
        assertThat(task.figures().newest()).isEqualTo(at(4, 10));
        assertThat(store.visible(model)).isEqualTo(2);
        assertThat(store.readable(model)).containsOnlyKeys("d", "e").containsEntry("d", "the input of d;");
        purgeIfSoft(model, action);
        assertThat(store.stored(model)).isEqualTo(2);
        assertThat(bucket(model))
                .contains("the input of d;", "the input of e;")
                .doesNotContain("input of a", "input of c");
        assertThat(segments(model)).isEqualTo(2);
        assertThat(unfinished(model)).isZero();
        assertThat(store.sumsAreRight(model)).isTrue();
        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.figures().recordsDeleted()).isEqualTo(3);
        assertThat(end.figures().blobsDeleted()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void onlyInputsGoAndTheirRecordsStayReadable(DeleteAction action) throws Exception {
        String model = "inputs-" + action.text();
        fill(model);
        policy(model, action, null, at(4, 30));

        Task task = store.run(model);

        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().recordsMatched()).isZero();
        assertThat(task.figures().blobsMatched()).isEqualTo(2);
        purgeIfSoft(model, action);
        assertThat(store.visible(model)).isEqualTo(5);
        assertThat(store.inputs(model, "expired")).isEqualTo(2);
        assertThat(store.inputs(model, "none")).isEqualTo(1);
        assertThat(store.inputs(model, "available")).isEqualTo(2);
        assertThat(store.readable(model)).containsOnlyKeys("d", "e");
        assertThat(bucket(model)).doesNotContain("input of a", "input of c");
        assertThat(store.sumsAreRight(model)).isTrue();
        assertThat(unfinished(model)).isZero();
    }

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void bothStay(DeleteAction action) throws Exception {
        String model = "keep-" + action.text();
        fill(model);
        policy(model, action, null, null);

        Task task = store.run(model);

        assertThat(task.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().recordsMatched() + task.figures().blobsMatched())
                .isZero();
        purgeIfSoft(model, action);
        assertThat(store.visible(model)).isEqualTo(5);
        assertThat(store.readable(model)).hasSize(4);
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void inputsGoBeforeTheirRecords(DeleteAction action) throws Exception {
        String model = "staged-" + action.text();
        fill(model);
        policy(model, action, at(3, 0), at(4, 30));

        store.run(model);
        purgeIfSoft(model, action);

        assertThat(store.stored(model)).isEqualTo(3);
        assertThat(store.inputs(model, "expired")).isEqualTo(1);
        assertThat(store.readable(model)).containsOnlyKeys("d", "e");
        assertThat(bucket(model)).doesNotContain("input of a", "input of c");
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void anAgeOfZeroTakesAllThatIsThere(DeleteAction action) throws Exception {
        String model = "zero-" + action.text();
        fill(model);
        store.policy(model, Duration.ZERO, Duration.ZERO, action, Duration.ZERO);

        Task task = store.run(model);
        purgeIfSoft(model, action);

        assertThat(task.figures().recordsMatched()).isEqualTo(5);
        assertThat(store.visible(model)).isZero();
        assertThat(store.stored(model)).isZero();
        assertThat(store.keys(model)).isEmpty();
        assertThat(store.number("SELECT count(*) FROM model_hours WHERE model_id = '" + model + "'"))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void aModelWithNothingStoredHasNothingToLose(DeleteAction action) {
        String model = "empty-" + action.text();
        store.register(model);
        policy(model, action, at(4, 30));

        Task task = store.run(model);
        purgeIfSoft(model, action);

        assertThat(task.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures()).isEqualTo(new Task.Figures(0, 0, 0, 0, 0, 0, 0, 0, null, null));
    }

    @Test
    void largeOutputsFollowTheirRecordsAndConflictsGoWithThem() throws Exception {
        store.register("outputs");
        writer.store(
                "outputs",
                Event.at("a", at(1, 10)).largeOutput(),
                Event.at("b", at(4, 10)).largeOutput().withoutInput(),
                Event.at("c", at(4, 50)).largeOutput(),
                Event.at("d", at(6, 0)).largeOutput());
        writer.store("outputs", Event.at("a", at(1, 10)).largeOutput().conflicting());
        writer.store("outputs", Event.at("c", at(4, 50)).largeOutput().conflicting());
        policy("outputs", DeleteAction.HARD, at(4, 30), at(5, 30));

        store.run("outputs");

        assertThat(bucket("outputs"))
                .contains("the output of c;", "the output of d;", "the input of d;")
                .doesNotContain("output of a", "output of b", "input of a", "input of c");
        assertThat(store.number("SELECT count(*) FROM inference_conflicts WHERE model_id = 'outputs'"))
                .isEqualTo(1);
        assertThat(store.stored("outputs")).isEqualTo(2);
        assertThat(unfinished("outputs")).isZero();
        assertThat(store.sumsAreRight("outputs")).isTrue();
    }

    private void purgeIfSoft(String model, DeleteAction action) {
        if (action == DeleteAction.SOFT) {
            purge(model);
            assertThat(tasks(model, "trigger = 'purge'")).isEqualTo(1);
        }
    }

    /** Five inferences, two of which share an hour that a cutoff at 4:30 cuts; one has no input. */
    private void fill(String model) throws SQLException {
        store.register(model);
        writer.store(
                model,
                Event.at("a", at(1, 10)),
                Event.at("b", at(2, 20)).withoutInput(),
                Event.at("c", at(4, 10)),
                Event.at("d", at(4, 50)),
                Event.at("e", at(6, 0)));
    }
}
