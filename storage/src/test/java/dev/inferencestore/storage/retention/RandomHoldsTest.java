package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores, holds and runs in any order, with deaths in between: rows, bytes and numbers are what a simple model says. */
class RandomHoldsTest extends HoldTests {
    private static final int STEPS = 25;
    private static final List<RunListener.Step> STEPS_OF_A_RUN =
            List.copyOf(java.util.EnumSet.range(RunListener.Step.STARTED, RunListener.Step.SCRUBBED));

    private Random random;
    private String model;
    private int count;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatIsThereIsWhatHoldsAndFloorsSay(long seed) throws Exception {
        random = new Random(seed);
        model = "random-" + seed;
        store.register(model);
        store();
        for (int i = 0; i < STEPS; i++) {
            String step = "seed " + seed + ", step " + i + ": ";
            step += switch (random.nextInt(10)) {
                case 0, 1 -> store();
                case 2, 3, 4 -> place();
                case 5 -> lift();
                case 6 -> run();
                case 7 -> softAndPurge();
                case 8 -> leftBehind();
                default -> disturbed();
            };
            check(step);
            if (i % 3 == 0 || i == STEPS - 1) {
                isAsExpected(model);
            }
        }
        List.copyOf(expected(model).holds()).forEach(hold -> lift(model, hold));
        remove(model, at(8, 0));
        isAsExpected(model);
        assertThat(store.keys(model)).isEmpty();
        assertThat(store.number("SELECT count(*) FROM holds WHERE model_id = '" + model + "'"))
                .isZero();
    }

    private String store() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            Event event = Event.at("e" + count++ + "x", at(random.nextInt(8), random.nextInt(6) * 10));
            event = random.nextInt(4) == 0 ? event.withoutInput() : event;
            events.add(random.nextInt(5) == 0 ? event.largeOutput() : event);
        }
        if (random.nextInt(3) == 0) {
            // Something is sent again, whether or not it is still there.
            List<Event> all = List.copyOf(expected(model).offered.values());
            events.add(all.isEmpty() ? events.get(0) : all.get(random.nextInt(all.size())));
        }
        return "stored "
                + put(model, random.nextInt(3), events.stream().distinct().toArray(Event[]::new));
    }

    private String place() {
        String name = "h" + random.nextInt(5);
        HoldScope scope = scope();
        LegalHolds.Change change = hold(model, name, scope);
        assertThat(change.claimed()).isEqualTo(floors(model).hard());
        return "placed " + name + " " + scope;
    }

    private HoldScope scope() {
        List<String> ids = new ArrayList<>(expected(model).records);
        int kind = random.nextInt(12);
        if (kind == 0) {
            return HoldScope.model();
        }
        if (kind < 6 || ids.isEmpty()) {
            Instant from = at(random.nextInt(8), random.nextInt(6) * 10);
            return time(from, from.plusSeconds(600L * (1 + random.nextInt(9))));
        }
        List<String> some = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            some.add(ids.get(random.nextInt(ids.size())));
        }
        return HoldScope.inferences(some);
    }

    private String lift() {
        List<String> all = List.copyOf(expected(model).holds());
        if (all.isEmpty()) {
            return "nothing to lift";
        }
        String name = all.get(random.nextInt(all.size()));
        lift(model, name);
        return "lifted " + name;
    }

    private String run() {
        setPolicy(DeleteAction.HARD);
        HeldModel before = expected(model).copy();
        Task dry = store.run(model, new NewTask(true, null, null));
        Task task = store.run(model, new NewTask(false, null, dry.taskId()));
        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        expected(model).remove(task.cutoffs());
        assertThat(task.figures().recordsDeleted())
                .isEqualTo(before.records.size() - expected(model).records.size())
                .isEqualTo(dry.figures().recordsMatched());
        assertThat(task.figures().blobsDeleted())
                .isEqualTo(before.inputs.size() - expected(model).inputs.size())
                .isEqualTo(dry.figures().blobsMatched());
        assertThat(task.figures().bytes()).isEqualTo(dry.figures().bytes());
        assertThat(task.held()).isEqualTo(expected(model).held(task.cutoffs())).isEqualTo(dry.held());
        return "ran " + task;
    }

    private String softAndPurge() {
        setPolicy(DeleteAction.SOFT);
        store.run(model);
        if (random.nextBoolean()) {
            place();
        } else {
            lift();
        }
        isAsExpected(model);
        purge(model);
        expected(model).remove(floors(model).hard());
        return "hidden and purged";
    }

    private String leftBehind() {
        return removeLeftBehind(model) + " purges of what was left";
    }

    /** A run to which something happens at some step. */
    private String disturbed() {
        setPolicy(DeleteAction.HARD);
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");
        RunListener.Step step = STEPS_OF_A_RUN.get(random.nextInt(STEPS_OF_A_RUN.size()));
        int what = random.nextInt(4);
        // What of it a slice has claimed, a hold keeps no more; only floors tell the model how far slices are.
        boolean clean = !expected(model).leftSomethingBehind();
        AtStep listener = new AtStep(step, 1 + random.nextInt(3), () -> {
            switch (what) {
                case 0 -> lift();
                case 1 -> {
                    if (clean) {
                        expected(model).remove(floors(model).hard());
                        place();
                    }
                }
                case 2 -> storeLate();
                default -> throw new AtStep.Death();
            }
        });
        String end = "went on";
        try (Owner owner = new Owner(store, model, listener)) {
            owner.work();
        } catch (AtStep.Death death) {
            end = "died";
            if (random.nextBoolean()) {
                lift();
            }
        }
        endLease(model);
        store.work(model);
        assertThat(store.tasks.read(model, task.taskId()).state()).isEqualTo(TaskState.COMPLETE);
        // What is lifted on the way may be left for the next run.
        expected(model).remove(store.run(model).cutoffs());
        return "disturbed (" + what + " at " + step + ") " + end;
    }

    private void storeLate() {
        try {
            expected(model).claimed(floors(model).hard());
            store();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void setPolicy(DeleteAction action) {
        Instant blobs = at(random.nextInt(9), random.nextInt(6) * 10);
        Instant records = random.nextInt(4) == 0 ? null : at(random.nextInt(9), random.nextInt(6) * 10);
        policy(model, action, records == null || records.isBefore(blobs) ? records : blobs, blobs);
    }

    private void check(String step) {
        HeldModel should = expected(model);
        store.work(model);
        assertThat(rows(model)).as(step).isEqualTo(should.records);
        assertThat(sum("records_deleted")).as(step).isEqualTo(should.recordsGone);
        assertThat(sum("blobs_deleted")).as(step).isEqualTo(should.inputsGone);
        assertThat(sum("blob_bytes")).as(step).isEqualTo(should.bytesGone);
        assertThat(store.sumsAreRight(model)).as(step).isTrue();
    }

    private long sum(String column) {
        return store.number("SELECT coalesce(sum(" + column + "), 0)::bigint FROM retention_tasks WHERE model_id = '"
                + model + "' AND delete_action = 'hard' AND NOT dry_run");
    }
}
