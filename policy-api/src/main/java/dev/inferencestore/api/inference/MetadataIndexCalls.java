package dev.inferencestore.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.storage.inference.MetadataIndex;
import dev.inferencestore.storage.inference.MetadataIndexes;
import dev.inferencestore.storage.refusal.Invalid;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Which keys of the metadata of a model are indexed: list, show, index, drop. */
public final class MetadataIndexCalls {
    private static final String PATH = "/api/v1/models/{model_id}/metadata-indexes";

    private final MetadataIndexes indexes;
    private final Runnable wakeBuilder;
    private final Body body;

    public MetadataIndexCalls(DataSource database, Runnable wakeBuilder, Body body) {
        indexes = new MetadataIndexes(database);
        this.wakeBuilder = wakeBuilder;
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/{key}", this::show, Role.READER);
        routes.put(PATH + "/{key}", this::create, Role.ADMIN);
        routes.delete(PATH + "/{key}", this::drop, Role.ADMIN);
    }

    /** An index as callers see it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record View(
            String key,
            String state,
            String createdBy,
            Instant createdAt,
            @Nullable Instant readyAt,
            @Nullable String problem) {
        static View of(MetadataIndex index) {
            return new View(
                    index.key(),
                    index.state().text(),
                    index.createdBy(),
                    index.createdAt(),
                    index.readyAt(),
                    index.problem());
        }
    }

    private record Items(List<View> items) {}

    private void list(Context call) {
        new Query(call).done();
        Json.answer(
                call,
                200,
                new Items(indexes.list(InferencePath.modelId(call)).stream()
                        .map(View::of)
                        .toList()));
    }

    private void show(Context call) {
        new Query(call).done();
        Json.answer(call, 200, View.of(indexes.read(InferencePath.modelId(call), key(call))));
    }

    private void create(Context call) {
        new Query(call).done();
        body.readNothing(call);
        String key = call.pathParam("key");
        if (!key.matches(MetadataIndex.KEY)) {
            throw new Invalid(
                    "key", "must be 1 to 63 letters, digits, '.', '_' or '-' and begin with a letter or digit");
        }
        MetadataIndexes.Change change = indexes.put(InferencePath.modelId(call), key, Caller.of(call));
        wakeBuilder.run();
        Json.answer(call, change.index().state() == MetadataIndex.State.READY ? 200 : 202, View.of(change.index()));
    }

    private void drop(Context call) {
        new Query(call).done();
        MetadataIndex index = indexes.delete(InferencePath.modelId(call), key(call), Caller.of(call));
        wakeBuilder.run();
        Json.answer(call, 200, View.of(index));
    }

    /** What cannot be indexed has no index. */
    private static String key(Context call) {
        String key = call.pathParam("key");
        if (!key.matches(MetadataIndex.KEY)) {
            throw ProblemException.of(
                    ProblemKind.NO_SETTING,
                    "model '" + InferencePath.modelId(call) + "' has no metadata index '" + key + "'");
        }
        return key;
    }
}
