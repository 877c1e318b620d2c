package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Spread;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Runs over many models, timed through the API; what they did is then counted in the tables and the bucket. */
final class Phases {
    private final LocalRun store;
    private final Connection connection;
    private final Report report;
    private final RetentionApi api;
    private final Terms terms;

    /**
     * How runs are made.
     *
     * @param models all of the trial
     * @param prefix of the keys of objects
     * @param atOnce how many callers there are, each with one task at a time
     * @param patience with one task
     */
    record Terms(List<String> models, String prefix, Duration age, int atOnce, Duration patience) {}

    Phases(LocalRun store, Connection connection, Report report, Terms terms) {
        this.store = store;
        this.connection = connection;
        this.report = report;
        this.terms = terms;
        api = new RetentionApi(store);
    }

    /** SOFT runs over all models hide, and a restore shows again. */
    void soft() throws Exception {
        List<String> models = terms.models();
        Dry dry = dry(models, "soft");
        Map<String, RetentionTask> tasks = run("SOFT runs", models, dry.tasks());
        Seen hidden = look();
        same(
                "SOFT runs hide what their dry runs counted and remove nothing",
                dry.seen().hiding(dry.below()),
                hidden);
        agree("SOFT runs say what their dry runs said", tasks, dry.below(), RetentionTask::matched);
        Parallel.each(models.size(), terms.atOnce(), (model, slot) -> api.restore(task(tasks, models.get(model))));
        same("restoring shows all of it again", dry.seen(), look());
    }

    /**
     * HARD runs over half of the models remove.
     *
     * @param around does the runs, and may do something beside them
     */
    void hard(Around around) throws Exception {
        List<String> models =
                terms.models().subList(0, Math.max(1, terms.models().size() / 2));
        Dry dry = dry(models, "hard");
        Map<String, RetentionTask> tasks = new ConcurrentSkipListMap<>();
        around.around(() -> tasks.putAll(run("HARD runs", models, dry.tasks())));
        Seen left = look();
        same(
                "HARD runs remove what their dry runs counted and nothing else",
                dry.seen().without(dry.below()),
                left);
        agree("HARD runs say what their dry runs said", tasks, dry.below(), RetentionTask::deleted);
        InputSample sample = InputSample.read(store, connection, terms.models());
        report.none("inputs left that are not as their row says", sample.wrong().size(), sample.wrong());
        removed(dry, left, sample);
    }

    /** Something that has runs done within it. */
    interface Around {
        void around(LiveTraffic.Work runs) throws Exception;
    }

    /** Dry runs with what there was when they were made. */
    private record Dry(Map<String, RetentionTask> tasks, Map<String, Below> below, Seen seen) {}

    private Dry dry(List<String> models, String action) throws Exception {
        Parallel.each(
                models.size(),
                terms.atOnce(),
                (model, slot) -> api.policy(models.get(model), terms.age(), action, Duration.ZERO));
        Seen before = look();
        Standing all = Standing.sum(before.standings());
        report.line("stored: %,d records, %,d of them visible, and %,d inputs of %,d bytes in %,d segments, %,d objects"
                .formatted(
                        all.rows(), all.visible(), all.inputs(), all.bytes(), all.segments(), before.objectsInAll()));
        report.none(
                "models whose sums by hour are not those of their rows",
                before.standings().values().stream()
                        .filter(standing -> !standing.addsUp())
                        .count(),
                List.of());
        Map<String, RetentionTask> tasks = run("dry runs before " + action, models, null);
        Map<String, Below> below = new ConcurrentSkipListMap<>();
        for (String model : models) {
            below.put(model, Below.count(connection, task(tasks, model)));
        }
        agree("dry runs say what is there by count", tasks, below, RetentionTask::matched);
        same("dry runs change nothing", before, look());
        return new Dry(tasks, below, before);
    }

    /** Runs a task of each model; the cutoffs are those of its dry run, where there is one. */
    private Map<String, RetentionTask> run(
            String what, List<String> models, @Nullable Map<String, RetentionTask> dryRuns)
            throws InterruptedException {
        Map<String, RetentionApi.Done> done = new ConcurrentSkipListMap<>();
        long start = System.nanoTime();
        Parallel.each(models.size(), terms.atOnce(), (number, slot) -> {
            String model = models.get(number);
            String dryRun = dryRuns == null ? null : task(dryRuns, model).id();
            done.put(model, api.run(model, dryRun, terms.patience()));
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        Spread spread =
                Spread.of(done.values().stream().map(RetentionApi.Done::millis).toList());
        report.line("%s over %,d models, %d at once: %.2f s in all; one, from POST to its end: %s"
                .formatted(what, models.size(), terms.atOnce(), seconds, spread));
        List<String> others = done.values().stream()
                .map(RetentionApi.Done::task)
                .filter(task -> !task.isComplete())
                .map(RetentionTask::toString)
                .toList();
        report.none(what + " that did not complete", others.size(), others);
        Map<String, RetentionTask> tasks = new ConcurrentSkipListMap<>();
        done.forEach((model, task) -> tasks.put(model, task.task()));
        return tasks;
    }

    private void removed(Dry dry, Seen left, InputSample sample) {
        Standing before = Standing.sum(dry.seen().standings());
        Standing after = Standing.sum(left.standings());
        long inputs = before.inputs() - after.inputs();
        long objects = dry.seen().objectsNotIn(left).size();
        report.line("removed %,d records and %,d inputs of %,d bytes; %,d S3 keys deleted: %.4f per input"
                .formatted(
                        before.rows() - after.rows(),
                        inputs,
                        before.bytes() - after.bytes(),
                        objects,
                        inputs == 0 ? 0 : (double) objects / inputs));
        report.line("%,d of the inputs left were read back".formatted(sample.read()));
    }

    private void same(String what, Seen expected, Seen found) {
        List<String> rows = List.copyOf(
                Standing.differences(expected.standings(), found.standings()).values());
        report.none(what + ": models whose rows are others", rows.size(), rows);
        List<String> gone = List.copyOf(expected.objectsNotIn(found));
        report.none(what + ": objects that should be there", gone.size(), gone);
        List<String> still = List.copyOf(found.objectsNotIn(expected));
        report.none(what + ": objects that should not be there", still.size(), still);
    }

    private void agree(
            String what,
            Map<String, RetentionTask> tasks,
            Map<String, Below> below,
            BiPredicate<RetentionTask, Below> agrees) {
        List<String> others = below.entrySet().stream()
                .filter(counted -> !agrees.test(task(tasks, counted.getKey()), counted.getValue()))
                .map(counted -> task(tasks, counted.getKey()) + ", counted "
                        + counted.getValue().records() + " records and "
                        + counted.getValue().inputs() + " inputs")
                .toList();
        report.none(what + ": tasks that say otherwise", others.size(), others);
    }

    private Seen look() throws SQLException {
        return Seen.look(store, terms.prefix(), connection, terms.models());
    }

    private static RetentionTask task(Map<String, RetentionTask> tasks, String model) {
        RetentionTask task = tasks.get(model);
        if (task == null) {
            throw new IllegalStateException("model '" + model + "' has no task");
        }
        return task;
    }
}
