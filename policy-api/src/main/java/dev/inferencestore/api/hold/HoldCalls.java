package dev.inferencestore.api.hold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.retention.Claimed;
import dev.inferencestore.storage.hold.Hold;
import dev.inferencestore.storage.hold.HoldJson;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.refusal.NotFound;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The legal holds of a model: list, show, place, lift. */
public final class HoldCalls {
    private static final String PATH = "/api/v1/models/{model_id}/holds";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final LegalHolds holds;
    private final Body body;

    public HoldCalls(DataSource database, Body body) {
        this.holds = new LegalHolds(database);
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/{hold_id}", this::show, Role.READER);
        routes.put(PATH + "/{hold_id}", this::place, Role.RETENTION_ADMIN);
        routes.delete(PATH + "/{hold_id}", this::lift, Role.RETENTION_ADMIN);
    }

    private void list(Context call) {
        Query query = new Query(call);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(TextRule.ID);
        query.done();
        LegalHolds.Page page = holds.page(modelId(call), after, limit);
        Json.answer(call, 200, Items.of(page));
    }

    private void show(Context call) {
        new Query(call).done();
        Json.answer(call, 200, HoldJson.hold(holds.read(modelId(call), holdId(call))));
    }

    private void place(Context call) {
        new Query(call).done();
        String modelId = modelId(call);
        String holdId = call.pathParam("hold_id");
        HoldBody wanted = HoldBody.read(holdId, body.read(call));
        LegalHolds.Change change = holds.place(modelId, holdId, wanted.reason(), wanted.scope(), Caller.of(call));
        if (change.created()) {
            call.header("Location", "/api/v1/models/" + modelId + "/holds/" + holdId);
        }
        Json.answer(call, change.created() ? 201 : 200, view(change));
    }

    private void lift(Context call) {
        new Query(call).done();
        Json.answer(call, 200, view(holds.lift(modelId(call), holdId(call), Caller.of(call))));
    }

    private static ObjectNode view(LegalHolds.Change change) {
        return Claimed.addTo(HoldJson.hold(change.hold()), change.claimed());
    }

    private static String modelId(Context call) {
        return call.pathParam("model_id");
    }

    /** What cannot be the id of a hold is the id of none. */
    private static String holdId(Context call) {
        String id = call.pathParam("hold_id");
        if (TextRule.ID.broken(id).isPresent()) {
            throw NotFound.hold(modelId(call), id);
        }
        return id;
    }

    /** One page of holds, by id. */
    private record Items(List<ObjectNode> items, @Nullable String nextCursor) {
        static Items of(LegalHolds.Page page) {
            List<Hold> holds = page.holds();
            return new Items(
                    holds.stream().map(HoldJson::hold).toList(),
                    page.more() ? Query.cursorAfter(holds.get(holds.size() - 1).holdId()) : null);
        }
    }
}
