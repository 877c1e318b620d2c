package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.IdempotencyKey;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.http.TimeCursor;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.retention.MadeTask;
import dev.inferencestore.storage.retention.NewTask;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.RetentionTasks;
import dev.inferencestore.storage.retention.Task;
import dev.inferencestore.storage.retention.TaskQuery;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The retention tasks of a model: ask for one, list, show, cancel, restore. */
public final class TaskCalls {
    private static final String PATH = "/api/v1/models/{model_id}/retention-tasks";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final Map<String, TaskState> STATES =
            Stream.of(TaskState.values()).collect(Collectors.toMap(TaskState::text, Function.identity()));
    private static final Map<String, Trigger> TRIGGERS =
            Stream.of(Trigger.values()).collect(Collectors.toMap(Trigger::text, Function.identity()));

    private final RetentionTasks tasks;
    private final Body body;

    public TaskCalls(DataSource database, Body body) {
        this.tasks = new RetentionTasks(database);
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.post(PATH, this::create, Role.RETENTION_ADMIN);
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/{task_id}", this::show, Role.READER);
        routes.post(PATH + "/{task_id}/cancel", this::cancel, Role.RETENTION_ADMIN);
        routes.post(PATH + "/{task_id}/restore", this::restore, Role.RETENTION_ADMIN);
    }

    private void create(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        NewTask wanted = TaskBody.read(fields);
        MadeTask made = tasks.create(
                modelId(call), wanted, Caller.of(call), IdempotencyKey.of(call, modelId(call), fields.canonical()));
        Task task = made.task();
        IdempotencyKey.answer(call, made.replayed());
        call.header("Location", "/api/v1/models/" + task.modelId() + "/retention-tasks/" + task.taskId());
        Json.answer(call, 202, RetentionJson.task(task));
    }

    private void list(Context call) {
        Query query = new Query(call);
        TaskState state = query.oneOf("state", STATES);
        Trigger trigger = query.oneOf("trigger", TRIGGERS);
        Boolean dryRun = query.flag("dry_run");
        Instant start = query.time("start");
        Instant end = query.time("end");
        if (start != null && end != null && !end.isAfter(start)) {
            query.error("end", "must be after start");
        }
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String cursor = query.cursor(TimeCursor.FORM);
        query.done();
        TimeCursor after = cursor.isEmpty() ? null : TimeCursor.of(cursor);
        List<Task> found = tasks.list(
                modelId(call),
                new TaskQuery(
                        state,
                        trigger,
                        dryRun,
                        start,
                        end,
                        after == null ? null : after.time(),
                        after == null ? null : after.id(),
                        limit + 1));
        Json.answer(call, 200, page(found, limit));
    }

    private static RetentionViews.Tasks page(List<Task> found, int limit) {
        PageOf<Task> page = PageOf.cut(found, limit, last -> cursor(last).text());
        return new RetentionViews.Tasks(
                page.items().stream().map(RetentionJson::task).toList(), page.next());
    }

    private static TimeCursor cursor(Task task) {
        return new TimeCursor(task.createdAt(), task.taskId());
    }

    private void show(Context call) {
        new Query(call).done();
        Json.answer(call, 200, RetentionJson.task(tasks.read(modelId(call), taskId(call))));
    }

    private void cancel(Context call) {
        new Query(call).done();
        body.readNothing(call);
        RetentionTasks.Cancelled cancelled = tasks.cancel(modelId(call), taskId(call), Caller.of(call));
        int status = cancelled.task().state().isFinal() ? 200 : 202;
        Json.answer(call, status, RetentionViews.cancelled(cancelled));
    }

    private void restore(Context call) {
        new Query(call).done();
        body.readNothing(call);
        List<Task> restored = tasks.restore(modelId(call), taskId(call), Caller.of(call));
        Json.answer(call, 200, RetentionViews.Restored.of(restored));
    }

    private static String modelId(Context call) {
        return call.pathParam("model_id");
    }

    /** What cannot be the id of a task is the id of none. */
    static String taskId(Context call) {
        String id = call.pathParam("task_id");
        if (TextRule.UUID.broken(id).isPresent()) {
            throw ProblemException.of(
                    ProblemKind.UNKNOWN_TASK, "model '" + modelId(call) + "' has no retention task '" + id + "'");
        }
        return id;
    }
}
