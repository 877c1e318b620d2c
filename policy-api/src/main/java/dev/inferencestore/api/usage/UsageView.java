package dev.inferencestore.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.storage.usage.Quota;
import dev.inferencestore.storage.usage.Usage;
import dev.inferencestore.storage.usage.Used;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is used, as callers see it. A model has no quota, and so no warnings. */
record UsageView(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String modelId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String projectId,
        Instant start,
        Instant end,
        String step,
        Used now,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<QuotaWarning> warnings,

        List<Point> series) {

    record Point(Instant at, long records, long inputs, long bytes) {}

    static UsageView ofModel(String modelId, Usage.Span span, Usage.Answer answer) {
        return of(modelId, null, span, answer, null);
    }

    static UsageView ofProject(String projectId, Usage.Span span, Usage.Answer answer, @Nullable Quota quota) {
        List<QuotaWarning> warnings = quota == null ? List.of() : QuotaWarning.of(quota.warnings(answer.now()));
        return of(null, projectId, span, answer, warnings);
    }

    private static UsageView of(
            @Nullable String modelId,
            @Nullable String projectId,
            Usage.Span span,
            Usage.Answer answer,
            @Nullable List<QuotaWarning> warnings) {
        List<Point> series = answer.series().stream()
                .map(point -> new Point(
                        point.at(),
                        point.used().records(),
                        point.used().inputs(),
                        point.used().bytes()))
                .toList();
        String step = span.step().name().toLowerCase(Locale.ROOT);
        return new UsageView(modelId, projectId, span.start(), span.end(), step, answer.now(), warnings, series);
    }
}
