package dev.inferencestore.job.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.job.Databases;
import dev.inferencestore.job.segment.FakeObjects;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.Leases;
import dev.inferencestore.storage.retention.NewTask;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.retention.RetentionTasks;
import dev.inferencestore.storage.retention.RunSettings;
import dev.inferencestore.storage.retention.Task;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a visit does when the object store or the database refuses; the database is a real one. */
class VisitsTest {
    private final DataSource database = Databases.fresh();
    private final RetentionTasks tasks = new RetentionTasks(database);
    private final FakeObjects objects = new FakeObjects();
    private String taskId;

    @BeforeEach
    void aModelWithOldDataAndATask() {
        new ModelRegistry(database)
                .register(new Registration("m", "p", "t", null, List.of()), Precondition.none(), "test");
        Jdbi.create(database).useHandle(handle -> handle.execute("""
                INSERT INTO segments (segment_id, model_id, kind, state, object_key, length, min_created_at, max_created_at, entries)
                VALUES ('00000000-0000-0000-0000-000000000001', 'm', 'input', 'stored', 'k', 1024, '2026-03-01', '2026-03-01', 1);
                INSERT INTO inferences (model_id, inference_id, created_at, part, input_size, input_segment, input_offset, fingerprint)
                VALUES ('m', 'i', '2026-03-01', 'both', 5, '00000000-0000-0000-0000-000000000001', 512, 'f');
                INSERT INTO model_hours (model_id, hour, slot, records, inputs, bytes, oldest, newest)
                VALUES ('m', '2026-03-01', 0, 1, 1, 5, '2026-03-01', '2026-03-01')"""));
        new RetentionPolicies(database)
                .put("m", new PolicyTerms(3600L, 3600L, DeleteAction.HARD, 0), Precondition.none(), "test");
        taskId = tasks.create("m", new NewTask(false, null, null), "test").taskId();
    }

    @Test
    void whatMayPassIsTriedAgainAndTheTaskWaitsMeanwhile() {
        Visits visits = visits(Duration.ofMinutes(5));
        Visits.Visit visit = visits.visit("m");
        objects.failDeletes(ObjectStoreException.passing("slow down", null));

        Duration first = visits.attempt(visit).orElseThrow();
        Duration second = visits.attempt(visit).orElseThrow();

        assertThat(second).isGreaterThan(first);
        assertThat(task().state()).isEqualTo(TaskState.RUNNING);
        assertThat(visits(Duration.ofMinutes(5)).attempt(visits.visit("m")))
                .as("the model is somebody's")
                .isEmpty();
        assertThat(task().state()).isEqualTo(TaskState.RUNNING);

        objects.failDeletes(null);
        assertThat(visits.attempt(visit)).isEmpty();
        assertThat(task().state()).isEqualTo(TaskState.COMPLETE);
        assertThat(task().figures().recordsDeleted()).isEqualTo(1);
        assertThat(task().figures().blobsDeleted()).isEqualTo(1);
    }

    @Test
    void whatWillNotPassFailsTheTaskWithTheReason() {
        Visits visits = visits(Duration.ofMinutes(5));
        objects.failDeletes(ObjectStoreException.lasting("could not delete object 'k': AccessDenied"));

        assertThat(visits.attempt(visits.visit("m"))).isEmpty();

        assertThat(task().state()).isEqualTo(TaskState.FAILED);
        assertThat(task().error()).isEqualTo("object store: could not delete object 'k': AccessDenied");
        assertThat(rows()).as("nothing else is deleted").isEqualTo(1);

        objects.failDeletes(null);
        taskId = tasks.create("m", new NewTask(false, null, null), "test").taskId();
        assertThat(visits.attempt(visits.visit("m"))).isEmpty();
        assertThat(task().state()).isEqualTo(TaskState.COMPLETE);
        assertThat(rows()).isZero();
    }

    @Test
    void patienceHasAnEnd() {
        Visits visits = visits(Duration.ZERO);
        objects.failDeletes(ObjectStoreException.passing("slow down", null));

        assertThat(visits.attempt(visits.visit("m"))).isEmpty();

        assertThat(task().state()).isEqualTo(TaskState.FAILED);
        assertThat(task().error()).isEqualTo("object store: slow down (tried for 0 s)");
    }

    private Visits visits(Duration patience) {
        return new Visits(
                database,
                new Leases(new Object().toString(), Duration.ofSeconds(30)),
                objects,
                new ClockWatch(Clock.systemUTC(), System::nanoTime),
                new RunSettings(5, 5, 5, Duration.ofDays(7), Duration.ZERO),
                patience,
                new RetentionMetrics(new UnregisteredMetricsGroup()),
                new CountDownLatch(1));
    }

    private Task task() {
        return tasks.read("m", taskId);
    }

    private long rows() {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery("SELECT count(*) FROM inferences")
                .mapTo(Long.class)
                .one());
    }
}
