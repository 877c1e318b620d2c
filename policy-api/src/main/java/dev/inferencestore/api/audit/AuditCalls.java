package dev.inferencestore.api.audit;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.HeldRole;
import dev.inferencestore.storage.audit.AuditEntry;
import dev.inferencestore.storage.audit.AuditLog;
import dev.inferencestore.storage.audit.AuditQuery;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Who did what to models, policies, tasks and projects, newest first. */
public final class AuditCalls {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final TextRule WORDS = TextRule.printable(256);

    /** Changes that are about every project have {@code *} for it. */
    private static final TextRule PROJECT =
            text -> text.equals(HeldRole.EVERY_PROJECT) ? Optional.empty() : TextRule.ID.broken(text);

    private final AuditLog log;

    public AuditCalls(DataSource database) {
        this.log = new AuditLog(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/audit", this::list, Role.RETENTION_ADMIN);
    }

    private void list(Context call) {
        Query query = new Query(call);
        String modelId = query.text("model_id", TextRule.ID);
        String projectId = query.text("project_id", PROJECT);
        String actor = query.text("actor", WORDS);
        String action = query.text("action", WORDS);
        Instant start = query.time("start");
        Instant end = query.time("end");
        if (start != null && end != null && !end.isAfter(start)) {
            query.error("end", "must be after start");
        }
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String cursor = query.cursor(AuditCursor.FORM);
        query.done();
        AuditQuery.Place after = cursor.isEmpty() ? null : AuditCursor.of(cursor);
        List<AuditEntry> found = log.list(new AuditQuery(
                modelId,
                projectId,
                Caller.projects(call, Role.RETENTION_ADMIN),
                actor,
                action,
                start,
                end,
                after,
                limit + 1));
        Json.answer(call, 200, page(found, limit));
    }

    private static AuditView.Page page(List<AuditEntry> found, int limit) {
        PageOf<AuditEntry> page = PageOf.cut(found, limit, AuditCursor::text);
        return new AuditView.Page(page.items().stream().map(AuditView::of).toList(), page.next());
    }
}
