package dev.inferencestore.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.inference.Budget;
import dev.inferencestore.storage.inference.InferenceCount;
import dev.inferencestore.storage.inference.InferenceQuery;
import dev.inferencestore.storage.inference.Inferences;
import dev.inferencestore.storage.inference.MetadataAdditions;
import dev.inferencestore.storage.inference.StoredInference;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The inferences of a model: list, count, show, add to their metadata. */
public final class InferenceCalls {
    static final String PATH = "/api/v1/models/{model_id}/inferences";
    private static final Duration LONGEST_LINK = Duration.ofDays(7);

    private final Inferences inferences;
    private final MetadataAdditions additions;
    private final Links links;
    private final Body body;

    public InferenceCalls(DataSource database, Links links, Body body) {
        inferences = new Inferences(database);
        additions = new MetadataAdditions(database);
        this.links = links;
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/count", this::count, Role.READER);
        routes.get(PATH + "/{inference_id}", this::show, Role.READER);
        routes.patch(PATH + "/{inference_id}/metadata", this::addMetadata, Role.WRITER);
    }

    private void list(Context call) {
        Query query = new Query(call);
        InferenceQuery wanted = InferenceQueryParams.page(query);
        Duration lasts = presign(query, call);
        query.done();
        Json.answer(
                call,
                200,
                InferenceView.Page.of(
                        inferences.page(InferencePath.modelId(call), wanted, Budget.ofOneCall()),
                        inference -> link(inference, lasts, call)));
    }

    /**
     * How many there are.
     *
     * @param exact false where responses that have lost their request were too many to be looked for, and are not in it
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Count(
            long count,
            boolean exact,
            @Nullable String nextCursor,
            @Nullable Instant scannedUntil) {}

    private void count(Context call) {
        Query query = new Query(call);
        InferenceQuery wanted = InferenceQueryParams.count(query);
        query.done();
        InferenceCount count = inferences.count(InferencePath.modelId(call), wanted, Budget.ofOneCall());
        Json.answer(
                call,
                200,
                new Count(
                        count.count(),
                        count.exact(),
                        PlaceCursor.next(count.next()),
                        count.next() == null
                                ? null
                                : EventTime.instant(count.next().createdAt())));
    }

    private void show(Context call) {
        Query query = new Query(call);
        Long at = InferencePath.at(query);
        Duration lasts = presign(query, call);
        query.done();
        StoredInference inference = inferences.read(InferencePath.modelId(call), InferencePath.inferenceId(call), at);
        Json.answer(call, 200, InferenceView.of(inference, link(inference, lasts, call)));
    }

    private void addMetadata(Context call) {
        Query query = new Query(call);
        Long at = InferencePath.at(query);
        query.done();
        MetadataAdditions.Change change = MetadataBody.read(body.read(call));
        StoredInference inference = additions.add(
                InferencePath.modelId(call), InferencePath.inferenceId(call), at, change, Caller.of(call));
        Json.answer(call, 200, InferenceView.of(inference, null));
    }

    /** A link shows the input, so who asks for one must be let see inputs. */
    private static @Nullable Duration presign(Query query, Context call) {
        Duration lasts = query.duration("presign", LONGEST_LINK);
        if (lasts != null) {
            Caller.require(call, Role.INPUT_READER);
        }
        return lasts;
    }

    private @Nullable Link link(StoredInference inference, @Nullable Duration lasts, Context call) {
        return lasts == null ? null : links.to(inference, lasts, call);
    }
}
