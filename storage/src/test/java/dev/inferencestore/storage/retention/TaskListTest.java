package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tasks as people ask for them, list them and read about them. */
class TaskListTest extends RetentionTests {

    @Test
    void pagesHoldEachTaskOnceThoughManyWereMadeAtTheSameTime() {
        model("pages");
        for (int i = 0; i < 11; i++) {
            store.tasks.create("pages", new NewTask(i % 2 == 0, null, null), "ann");
        }
        store.execute("UPDATE retention_tasks SET created_at = now() WHERE model_id = 'pages' AND dry_run");

        List<Task> all = new ArrayList<>();
        List<Task> page = list("pages", null, null, null, null);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = list("pages", null, null, null, page.get(page.size() - 1));
        }

        assertThat(all).extracting(Task::taskId).hasSize(11).doesNotHaveDuplicates();
        assertThat(all).isSortedAccordingTo((one, other) -> other.createdAt().compareTo(one.createdAt()));
    }

    @Test
    void theyAreAskedForByStateTriggerKindAndTime() {
        model("filters");
        Task first = store.tasks.create("filters", new NewTask(true, null, null), "ann");
        store.work("filters");
        Task second = store.tasks.create("filters", new NewTask(false, null, null), "ann");

        assertThat(list("filters", TaskState.COMPLETE, null, null, null))
                .extracting(Task::taskId)
                .containsExactly(first.taskId());
        assertThat(list("filters", TaskState.PENDING, Trigger.MANUAL, false, null))
                .extracting(Task::taskId)
                .containsExactly(second.taskId());
        assertThat(list("filters", null, Trigger.PURGE, null, null)).isEmpty();
        assertThat(list("filters", null, null, true, null))
                .extracting(Task::taskId)
                .containsExactly(first.taskId());
        assertThat(between("filters", second.createdAt(), null))
                .extracting(Task::taskId)
                .containsExactly(second.taskId());
        assertThat(between("filters", null, second.createdAt()))
                .extracting(Task::taskId)
                .containsExactly(first.taskId());
    }

    @Test
    void tasksThatWereMadeAtTheVerySameTimeAreEachDone() throws Exception {
        model("same");
        writer.store("same", Event.at("a", at(1, 0)));
        for (int i = 0; i < 4; i++) {
            store.tasks.create("same", new NewTask(false, null, null), "ann");
        }
        store.execute("UPDATE retention_tasks SET created_at = now() WHERE model_id = 'same'");

        store.work("same");

        assertThat(tasks("same", "state = 'complete'")).isEqualTo(4);
        assertThat(store.number("SELECT sum(records_deleted) FROM retention_tasks WHERE model_id = 'same'"))
                .isEqualTo(1);
    }

    @Test
    void aPolicyThatIsAnothersIsRefused() {
        model("mine");
        model("theirs");
        String theirs = store.policies.find("theirs").orElseThrow().policy().policyId();
        String mine = store.policies.find("mine").orElseThrow().policy().policyId();

        assertThatThrownBy(() -> store.tasks.create("mine", new NewTask(false, theirs, null), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessage("retention policy '" + theirs + "' is not that of model 'mine', whose policy is '" + mine
                        + "'");
        String none = UUID.randomUUID().toString();
        assertThatThrownBy(() -> store.tasks.create("mine", new NewTask(false, none, null), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessage("there is no retention policy '" + none + "'");
        assertThat(store.tasks
                        .create("mine", new NewTask(false, mine, null), "ann")
                        .policyId())
                .isEqualTo(mine);
        assertThatThrownBy(() -> store.tasks.create("mine", new NewTask(false, null, none), "ann"))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void aTaskIsReadUnderItsOwnModelOnly() {
        model("here");
        model("there");
        Task task = store.tasks.create("here", new NewTask(true, null, null), "ann");

        assertThat(store.tasks.read("here", task.taskId())).isEqualTo(task);
        assertThatThrownBy(() -> store.tasks.read("there", task.taskId()))
                .isInstanceOf(NotFound.class)
                .hasMessage("model 'there' has no retention task '" + task.taskId() + "'");
        assertThatThrownBy(() -> store.tasks.cancel("there", task.taskId(), "ann"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> store.tasks.restore("there", task.taskId(), "ann"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> store.tasks.list("nobody", new TaskQuery(null, null, null, null, null, null, null, 5)))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void whatBecomesOfATaskIsWrittenDownAndSent() throws Exception {
        model("told");
        writer.store("told", Event.at("a", at(1, 0)));
        Task task = store.run("told");

        List<String> entries = texts("SELECT actor || ' ' || action || ' ' || coalesce(before->>'state', 'none') || ' '"
                + " || (after->>'state') FROM audit_log WHERE model_id = 'told' AND action LIKE 'retention-task%'"
                + " ORDER BY audit_id");
        assertThat(entries)
                .containsExactly(
                        "test retention-task.created none pending", "test retention-task.complete running complete");
        List<String> events = texts(
                "SELECT event FROM retention_outbox WHERE model_id = 'told' AND event LIKE '%retention.task%' ORDER BY event_id");
        assertThat(events).hasSize(2);
        JsonNode event = new ObjectMapper().readTree(events.get(1));
        assertThat(event.get("type").textValue()).isEqualTo("dev.inferencestore.retention.task.complete");
        assertThat(event.get("subject").textValue()).isEqualTo(task.taskId());
        JsonNode data = event.get("data");
        assertThat(data.get("state").textValue()).isEqualTo("complete");
        assertThat(data.get("records").get("deleted").intValue()).isEqualTo(1);
        assertThat(data.get("blobs").get("bytes").intValue()).isEqualTo("the input of a;".length());
        assertThat(data.get("policy_version").intValue()).isEqualTo(1);
        assertThat(data.get("error").isNull()).isTrue();
        assertThat(Instant.parse(data.get("finished_at").textValue())).isEqualTo(task.finishedAt());
    }

    @Test
    void aCancellationThatWasAskedForNamesWhoAsked() throws Exception {
        model("asked");
        writer.store("asked", Event.at("a", at(1, 0)));
        Task task = store.tasks.create("asked", new NewTask(false, null, null), "ann");
        try (Owner owner = new Owner(
                store,
                "asked",
                new AtStep(RunListener.Step.COUNTED, 1, () -> store.tasks.cancel("asked", task.taskId(), "bob")))) {
            owner.work();
        }

        assertThat(texts("SELECT actor FROM audit_log WHERE model_id = 'asked'"
                        + " AND action = 'retention-task.cancel-requested'"))
                .containsExactly("bob");
        assertThat(store.tasks.read("asked", task.taskId()).state()).isEqualTo(TaskState.CANCELLED);
    }

    private void model(String model) {
        store.register(model);
        policy(model, DeleteAction.HARD, at(2, 0));
    }

    private List<Task> list(String model, TaskState state, Trigger trigger, Boolean dryRun, Task after) {
        return store.tasks.list(
                model,
                new TaskQuery(
                        state,
                        trigger,
                        dryRun,
                        null,
                        null,
                        after == null ? null : after.createdAt(),
                        after == null ? null : after.taskId(),
                        3));
    }

    private List<Task> between(String model, Instant start, Instant end) {
        return store.tasks.list(model, new TaskQuery(null, null, null, start, end, null, null, 10));
    }

    private List<String> texts(String sql) {
        return store.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
