package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.IdempotencyKey;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.Erasures;
import dev.inferencestore.storage.retention.MadeTask;
import dev.inferencestore.storage.retention.RequestKey;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.Task;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import javax.sql.DataSource;

/** Erasing on request: one inference, those that a filter means, and the receipt. */
public final class EraseCalls {
    private static final String INFERENCES = "/api/v1/models/{model_id}/inferences";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Erasures erasures;
    private final Body body;

    public EraseCalls(DataSource database, Body body) {
        this.erasures = new Erasures(database);
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.delete(INFERENCES + "/{inference_id}", this::eraseOne, Role.RETENTION_ADMIN);
        routes.post(INFERENCES + "/erase", this::erase, Role.RETENTION_ADMIN);
        routes.get("/api/v1/models/{model_id}/retention-tasks/{task_id}/receipt", this::receipt, Role.READER);
    }

    private void eraseOne(Context call) {
        new Query(call).done();
        RequestKey key = IdempotencyKey.of(call, modelId(call), "");
        accept(call, erasures.eraseOne(modelId(call), inferenceId(call), Caller.of(call), key));
    }

    private void erase(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        Erasures.Request wanted = EraseBody.read(fields);
        RequestKey key = IdempotencyKey.of(call, modelId(call), fields.canonical());
        accept(call, erasures.erase(modelId(call), wanted, Caller.of(call), key));
    }

    private void receipt(Context call) {
        Query query = new Query(call);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(TextRule.INFERENCE_ID);
        query.done();
        Erasures.Receipt found = erasures.receipt(modelId(call), TaskCalls.taskId(call), after, limit + 1);
        PageOf<Erasures.Item> page = PageOf.cut(found.items(), limit, Erasures.Item::inferenceId);
        Json.answer(call, 200, ReceiptView.of(found.task(), page.items(), page.next()));
    }

    private static void accept(Context call, MadeTask made) {
        Task task = made.task();
        IdempotencyKey.answer(call, made.replayed());
        call.header("Location", "/api/v1/models/" + task.modelId() + "/retention-tasks/" + task.taskId());
        Json.answer(call, 202, RetentionJson.task(task));
    }

    private static String modelId(Context call) {
        return call.pathParam("model_id");
    }

    /** What cannot be the id of an inference is the id of none. */
    private static String inferenceId(Context call) {
        String id = call.pathParam("inference_id");
        if (TextRule.INFERENCE_ID.broken(id).isPresent()) {
            throw NotFound.inference(modelId(call), id);
        }
        return id;
    }
}
