package dev.inferencestore.api.usage;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.usage.Quota;
import dev.inferencestore.storage.usage.Quotas;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What a project should not pass: show, set, delete. */
public final class QuotaCalls {
    private static final String PATH = "/api/v1/projects/{project_id}/quota";
    private static final String RULE = "must be a whole number from 1 to " + Long.MAX_VALUE + ", or null";

    private final Quotas quotas;
    private final Body body;

    public QuotaCalls(DataSource database, Body body) {
        this.quotas = new Quotas(database);
        this.body = body;
    }

    private record View(
            String projectId,
            @Nullable Long records,
            @Nullable Long bytes,
            long version,
            Instant createdAt,
            Instant updatedAt) {
        static View of(Quota quota) {
            return new View(
                    quota.projectId(),
                    quota.terms().records(),
                    quota.terms().bytes(),
                    quota.version(),
                    quota.createdAt(),
                    quota.updatedAt());
        }
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.ADMIN);
        routes.delete(PATH, this::delete, Role.ADMIN);
    }

    private void show(Context call) {
        new Query(call).done();
        Quota quota = quotas.require(call.pathParam("project_id"));
        EntityTags.answer(call, quota.version());
        Json.answer(call, 200, View.of(quota));
    }

    private void set(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        String projectId = call.pathParam("project_id");
        TextRule.ID.broken(projectId).ifPresent(broken -> fields.error("project_id", broken));
        Quota.Terms terms = new Quota.Terms(read(fields, "records"), read(fields, "bytes"));
        if (fields.isSound() && terms.records() == null && terms.bytes() == null) {
            fields.error("records", "or bytes must be given: to take a quota away, DELETE it");
        }
        fields.done();
        Quotas.Change change = quotas.put(projectId, terms, EntityTags.precondition(call), Caller.of(call));
        if (change.created()) {
            call.header("Location", PATH.replace("{project_id}", projectId));
        }
        EntityTags.answer(call, change.quota().version());
        Json.answer(call, change.created() ? 201 : 200, View.of(change.quota()));
    }

    private void delete(Context call) {
        new Query(call).done();
        String projectId = call.pathParam("project_id");
        Json.answer(call, 200, View.of(quotas.delete(projectId, EntityTags.precondition(call), Caller.of(call))));
    }

    private static @Nullable Long read(Fields fields, String field) {
        BigDecimal number = fields.optionalNumber(field);
        if (number == null) {
            return null;
        }
        // Before anything is written out: of 1e999999999 that would be a billion digits.
        boolean whole = Math.abs((long) number.scale()) <= 20
                && number.stripTrailingZeros().scale() <= 0
                && number.signum() > 0
                && number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        if (!whole) {
            fields.error(field, RULE);
            return null;
        }
        return number.longValueExact();
    }
}
