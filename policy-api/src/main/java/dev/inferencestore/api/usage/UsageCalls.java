package dev.inferencestore.api.usage;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.usage.Quota;
import dev.inferencestore.storage.usage.Quotas;
import dev.inferencestore.storage.usage.Usage;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** How much is stored of a model or a project, now and over time. */
public final class UsageCalls {
    private static final Map<String, Usage.Step> STEPS = Map.of("hour", Usage.Step.HOUR, "day", Usage.Step.DAY);
    private static final Duration MOST_HOURS = Duration.ofDays(100);
    private static final Duration MOST_DAYS = Duration.ofDays(2400);

    private final Usage usage;
    private final Quotas quotas;

    public UsageCalls(DataSource database) {
        usage = new Usage(database);
        quotas = new Quotas(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/models/{model_id}/usage", this::ofModel, Role.READER);
        routes.get("/api/v1/projects/{project_id}/usage", this::ofProject, Role.READER);
    }

    private void ofModel(Context call) {
        Usage.Span span = span(call);
        String modelId = call.pathParam("model_id");
        Json.answer(call, 200, UsageView.ofModel(modelId, span, usage.ofModel(modelId, span)));
    }

    private void ofProject(Context call) {
        Usage.Span span = span(call);
        String projectId = call.pathParam("project_id");
        TextRule.ID.broken(projectId).ifPresent(rule -> {
            throw ProblemException.invalid(List.of(new FieldError("project_id", rule)));
        });
        Usage.Answer answer = usage.ofProject(projectId, span);
        Quota quota = quotas.find(projectId).orElse(null);
        Json.answer(call, 200, UsageView.ofProject(projectId, span, answer, quota));
    }

    /** The last week by hours or the last month by days, unless the call says otherwise. */
    private static Usage.Span span(Context call) {
        Query query = new Query(call);
        Usage.Step given = query.oneOf("step", STEPS);
        Usage.Step step = given == null ? Usage.Step.HOUR : given;
        boolean hours = step == Usage.Step.HOUR;
        Instant start = query.time("start");
        Instant end = query.time("end");
        Instant until = end == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : end;
        Instant from = start == null ? until.minus(Duration.ofDays(hours ? 7 : 30)) : start;
        Duration most = hours ? MOST_HOURS : MOST_DAYS;
        if (!from.isBefore(until)) {
            query.error("start", "must be before end");
        } else if (Duration.between(from, until).compareTo(most) > 0) {
            query.error(
                    "start",
                    "must be at most " + most.toDays() + " days before end where step is "
                            + (hours ? "hour: ask by step=day, or several times" : "day: ask several times"));
        }
        query.done();
        return new Usage.Span(from, until, step);
    }
}
