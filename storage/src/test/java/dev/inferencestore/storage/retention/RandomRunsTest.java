package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anything in any order: stores, policies, runs that die, fail or are cancelled, restores and purges. */
class RandomRunsTest extends RetentionTests {
    private static final int STEPS = 18;
    private static final List<RunListener.Step> STEPS_OF_A_RUN = List.of(RunListener.Step.values());

    private Random random;
    private String model;
    private int count;
    private Map<String, Event> accepted;
    private long inputs;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatIsThereIsWhatFloorsSayAndNumbersAddUp(long seed) throws Exception {
        random = new Random(seed);
        model = "random-" + seed;
        accepted = new HashMap<>();
        inputs = 0;
        store.register(model);
        set();
        for (int i = 0; i < STEPS; i++) {
            String step = "seed " + seed + ", step " + i + ": ";
            step += switch (random.nextInt(9)) {
                case 0, 1, 2 -> put();
                case 3 -> set();
                case 4, 5 -> run();
                case 6 -> disturbed();
                case 7 -> restore();
                default -> purgeAll();
            };
            check(step);
            if (i % 6 == 5 || i == STEPS - 1) {
                checkBytes(step);
            }
        }
        store.policies.delete(model, dev.inferencestore.storage.registration.Precondition.none(), "ann");
        Floors floors = floors();
        assertThat(floors.visible()).as("without a policy nothing is hidden").isEqualTo(floors.hard());
    }

    private String put() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            Event event = Event.at("e" + count++ + "x", time());
            event = random.nextInt(4) == 0 ? event.withoutInput() : event;
            events.add(random.nextInt(5) == 0 ? event.largeOutput() : event);
        }
        Cutoffs hard = floors().hard();
        FlushResult result = writer.store(model, random.nextInt(3), events.toArray(Event[]::new));
        for (Event event : events) {
            long at = RetentionStore.micros(event.time());
            if (at >= hard.records()) {
                accepted.put(event.id(), event);
                inputs += event.input() != null && at >= hard.blobs() ? 1 : 0;
            }
        }
        assertThat(result.offered()).isEqualTo(events.size());
        return "stored " + result;
    }

    private String set() {
        DeleteAction action = random.nextBoolean() ? DeleteAction.SOFT : DeleteAction.HARD;
        Instant blobs = random.nextInt(8) == 0 ? null : time();
        Instant records = blobs == null || random.nextInt(4) == 0 ? null : time();
        if (records != null && records.isAfter(blobs)) {
            records = blobs;
        }
        policy(model, action, records, blobs);
        return "set " + action + " " + records + " " + blobs;
    }

    private String run() {
        Task dry = store.run(model, new NewTask(true, null, null));
        Task task = store.run(model, new NewTask(false, null, dry.taskId()));
        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().recordsMatched()).isEqualTo(dry.figures().recordsMatched());
        assertThat(task.figures().blobsMatched()).isEqualTo(dry.figures().blobsMatched());
        assertThat(task.figures().bytes()).isEqualTo(dry.figures().bytes());
        if (task.action() == DeleteAction.HARD) {
            assertThat(task.figures().recordsDeleted()).isEqualTo(dry.figures().recordsMatched());
            assertThat(task.figures().blobsDeleted()).isEqualTo(dry.figures().blobsMatched());
        }
        return "ran " + task;
    }

    /** A run to which something happens at some step. */
    private String disturbed() {
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");
        RunListener.Step step = STEPS_OF_A_RUN.get(random.nextInt(STEPS_OF_A_RUN.size()));
        FailingObjects objects = new FailingObjects(store.objects);
        int what = random.nextInt(5);
        AtStep listener = new AtStep(step, 1 + random.nextInt(3), () -> {
            switch (what) {
                case 0 -> store.tasks.cancel(model, task.taskId(), "ann");
                case 1 -> set();
                case 2, 3 -> objects.failAfter(0, ObjectStoreException.passing("no", null));
                default -> throw new AtStep.Death();
            }
        });
        String end = "all went well";
        try (Owner owner = new Owner(store, model, objects, listener)) {
            owner.work();
        } catch (AtStep.Death | ObjectStoreException failed) {
            end = failed.getClass().getSimpleName();
        }
        endLease(model);
        if (what == 3) {
            try (Owner owner = new Owner(store, model, new RunListener() {})) {
                owner.giveUp("no");
            }
            endLease(model);
        }
        return "disturbed (" + what + " at " + step + ") " + end;
    }

    private String restore() {
        List<String> hiding = store.jdbi.withHandle(
                handle -> handle.createQuery("SELECT task_id::text FROM retention_tasks WHERE model_id = '" + model
                                + "' AND delete_action = 'soft' AND state = 'complete' AND NOT dry_run AND NOT undone"
                                + " ORDER BY started_at")
                        .mapTo(String.class)
                        .list());
        if (hiding.isEmpty()) {
            return "nothing to restore";
        }
        store.work(model);
        Task task = store.tasks.read(model, hiding.get(random.nextInt(hiding.size())));
        try {
            store.tasks.restore(model, task.taskId(), "ann");
        } catch (Conflict refused) {
            return "restore refused: " + refused.getMessage();
        }
        assertThat(floors().visible().within(task.from().higher(floors().hard())))
                .as("all of it is back")
                .isTrue();
        return "restored " + task;
    }

    private String purgeAll() {
        purge(model);
        assertThat(tasks(
                        model,
                        "delete_action = 'soft' AND state = 'complete' AND NOT dry_run AND NOT undone AND NOT purged"))
                .isZero();
        return "purged";
    }

    private void check(String step) {
        store.work(model);
        assertThat(unfinished(model)).as(step).isZero();
        assertThat(tasks(model, "state IN ('pending', 'running')")).as(step).isZero();
        assertThat(store.sumsAreRight(model)).as(step).isTrue();
        Floors floors = floors();
        Map<String, Event> left = accepted.entrySet().stream()
                .filter(entry -> RetentionStore.micros(entry.getValue().time())
                        >= floors.hard().records())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(store.stored(model)).as(step).isEqualTo(left.size());
        assertThat(sum("records_deleted")).as(step).isEqualTo(accepted.size() - left.size());
        long kept = accepted.values().stream()
                .filter(event -> event.input() != null)
                .filter(event ->
                        RetentionStore.micros(event.time()) >= floors.hard().blobs())
                .count();
        assertThat(sum("blobs_deleted")).as(step).isEqualTo(inputs - kept);
        assertThat(floors.visible()).as(step).isEqualTo(hidden(floors));
    }

    /** Reads every object, so not after every step. */
    private void checkBytes(String step) {
        Floors floors = floors();
        Map<String, String> readable = store.readable(model);
        String bucket = bucket(model);
        for (Event event : accepted.values()) {
            long at = RetentionStore.micros(event.time());
            boolean stays = at >= floors.hard().blobs() && event.input() != null;
            assertThat(bucket.contains("the input of " + event.id() + ";"))
                    .as(step + event)
                    .isEqualTo(stays);
            assertThat(readable.containsKey(event.id()))
                    .as(step + event)
                    .isEqualTo(stays && at >= floors.visible().blobs());
            assertThat(readable.getOrDefault(event.id(), String.valueOf(event.input())))
                    .isEqualTo(String.valueOf(event.input()));
            assertThat(bucket.contains("the output of " + event.id() + ";"))
                    .as(step + event)
                    .isEqualTo(event.outputInSegment() && at >= floors.hard().records());
        }
    }

    /** Up to where tasks say that they hide. */
    private Cutoffs hidden(Floors floors) {
        List<Cutoffs> hides = store.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT micros(record_hides), micros(blob_hides) FROM retention_tasks WHERE model_id = '"
                                + model
                                + "' AND (state = 'failed' OR (delete_action = 'soft' AND state = 'complete'"
                                + " AND NOT undone AND NOT purged))")
                .map((row, context) -> new Cutoffs(row.getLong(1), row.getLong(2)))
                .list());
        return floors.show(hides).visible();
    }

    private long sum(String column) {
        return store.number("SELECT coalesce(sum(" + column + "), 0)::bigint FROM retention_tasks WHERE model_id = '"
                + model + "' AND delete_action = 'hard'");
    }

    private Floors floors() {
        return store.jdbi.withHandle(handle -> FloorRows.read(handle, model).orElseThrow());
    }

    /** In the eight hours that all of this is about, at a minute of ten, and rarely on the hour. */
    private Instant time() {
        return at(random.nextInt(8), random.nextInt(6) * 10);
    }
}
