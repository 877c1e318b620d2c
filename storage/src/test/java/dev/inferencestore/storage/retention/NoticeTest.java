package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first removal under a policy's version is announced, and waits until the notice is out. */
class NoticeTest extends RetentionTests {

    @BeforeEach
    void bePatient() {
        patience(Duration.ofHours(1));
    }

    @Test
    void nothingGoesBeforeTheNoticeIsOut() throws Exception {
        Task task = hard("waits");
        store.work("waits");

        assertThat(end(task).state()).isEqualTo(TaskState.RUNNING);
        assertThat(store.stored("waits")).isEqualTo(6);
        assertThat(store.keys("waits")).hasSize(5);
        assertThat(unfinished("waits")).as("nothing is claimed").isZero();
        assertThat(notice("waits", "data,task,records,matched")).isEqualTo("4");
        assertThat(notice("waits", "data,task,id")).isEqualTo(task.taskId());
        assertThat(notice("waits", "data,policy,version")).isEqualTo("1");
        store.work("waits");
        assertThat(notices("waits")).as("looked at twice").isEqualTo(1);

        publish("waits");
        store.work("waits");

        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.stored("waits")).isEqualTo(2);
        assertThat(notices("waits")).isZero();
    }

    @Test
    void aSecondRunOfTheVersionAnnouncesNothingAndOneOfTheNextDoes() throws Exception {
        hard("versions");
        store.work("versions");
        publish("versions");
        store.work("versions");
        store.execute("UPDATE retention_policies SET record_age = record_age - 1200, blob_age = blob_age - 1200"
                + " WHERE model_id = 'versions'");

        store.run("versions");
        assertThat(store.stored("versions")).as("the same version").isEqualTo(1);
        assertThat(notices("versions")).isZero();
        policy("versions", DeleteAction.HARD, at(4, 30));
        store.run("versions");

        assertThat(notices("versions")).isEqualTo(1);
        assertThat(store.stored("versions")).isEqualTo(1);
        publish("versions");
        store.work("versions");
        assertThat(store.stored("versions")).isZero();
        assertThat(audited("versions")).isEqualTo(2);
    }

    @Test
    void whereNothingIsRemovedNothingIsAnnounced() throws Exception {
        storeSix("nothing");
        policy("nothing", DeleteAction.HARD, at(0, 0));
        assertThat(store.run("nothing").state()).isEqualTo(TaskState.COMPLETE);
        assertThat(notices("nothing")).isZero();

        writer.store("nothing", Event.at("z", at(0, 5)));
        store.execute("UPDATE retention_policies SET record_age = record_age - 600, blob_age = blob_age - 600"
                + " WHERE model_id = 'nothing'");
        Task first = store.run("nothing");

        assertThat(first.state()).as("the first that removes").isEqualTo(TaskState.RUNNING);
        assertThat(notices("nothing")).isEqualTo(1);
    }

    @Test
    void dryAndSoftRunsAnnounceNothingAndAPurgeDoes() throws Exception {
        storeSix("purge");
        policy("purge", DeleteAction.SOFT, at(3, 30));
        assertThat(store.run("purge", new NewTask(true, null, null)).state()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.run("purge").state()).isEqualTo(TaskState.COMPLETE);
        assertThat(notices("purge")).isZero();

        purge("purge");
        assertThat(store.stored("purge")).isEqualTo(6);
        assertThat(notices("purge")).isEqualTo(1);
        publish("purge");
        store.work("purge");

        assertThat(store.stored("purge")).isEqualTo(2);
    }

    @Test
    void nobodyIsWaitedForLongerThanThePatience() throws Exception {
        Task task = hard("patience");
        store.work("patience");
        assertThat(store.stored("patience")).isEqualTo(6);

        store.execute("UPDATE retention_outbox SET created_at = created_at - interval '61 minutes'"
                + " WHERE model_id = 'patience'");
        store.work("patience");

        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETE);
        assertThat(notices("patience")).as("it is still to be published").isEqualTo(1);
    }

    @Test
    void oneThatWaitsIsCancelledAtOnce() throws Exception {
        Task task = hard("cancel");
        store.work("cancel");

        store.tasks.cancel("cancel", task.taskId(), "ann");
        store.work("cancel");

        assertThat(end(task).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(store.visible("cancel")).isEqualTo(6);
    }

    @Test
    void oneThatWaitsObeysANewPolicy() throws Exception {
        Task task = hard("obeys");
        store.work("obeys");

        policy("obeys", DeleteAction.HARD, null);
        store.work("obeys");

        assertThat(end(task).error()).isEqualTo("policy changed");
        assertThat(store.visible("obeys")).isEqualTo(6);
    }

    @Test
    void theNextOfTheVersionWaitsForTheNoticeOfOneThatWasCancelled() throws Exception {
        Task task = hard("next");
        store.work("next");
        store.tasks.cancel("next", task.taskId(), "ann");
        store.work("next");

        Task next = store.run("next");

        assertThat(next.state()).isEqualTo(TaskState.RUNNING);
        assertThat(store.stored("next")).isEqualTo(6);
        assertThat(notices("next")).isEqualTo(1);
        publish("next");
        store.work("next");
        assertThat(end(next).state()).isEqualTo(TaskState.COMPLETE);
    }

    private Task hard(String model) throws Exception {
        storeSix(model);
        policy(model, DeleteAction.HARD, at(3, 30));
        return store.tasks.create(model, new NewTask(false, null, null), "ann");
    }

    private Task end(Task task) {
        return store.tasks.read(task.modelId(), task.taskId());
    }

    private void patience(Duration patience) {
        store.settings = new RunSettings(5, 2, 3, Duration.ofDays(7), patience);
    }

    private void publish(String model) {
        store.execute("DELETE FROM retention_outbox WHERE model_id = '" + model + "'");
    }

    private static final String NOTICE = " WHERE event::jsonb->>'type' = 'dev.inferencestore.retention.policy.notice'";

    private long notices(String model) {
        return store.number("SELECT count(*) FROM retention_outbox" + NOTICE + " AND model_id = '" + model + "'");
    }

    private long audited(String model) {
        return store.number("SELECT count(*) FROM audit_log WHERE action = 'retention-policy.notice' AND model_id = '"
                + model + "'");
    }

    private String notice(String model, String path) {
        return store.jdbi.withHandle(handle -> handle.createQuery("SELECT event::jsonb #>> '{" + path
                        + "}' FROM retention_outbox" + NOTICE + " AND model_id = '" + model + "'")
                .mapTo(String.class)
                .one());
    }
}
