package dev.inferencestore.api.deadletter;

import dev.inferencestore.storage.deadletter.DeadLetterCounts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many dead letters there have been.
 *
 * @param exact whether the counts of reasons are the job's totals; else they are those of models, added up
 * @param countedAt when the job last said so; null where it is not its totals, or no job has run
 */
record ReasonsView(boolean exact, @Nullable Instant countedAt, List<Reason> reasons, List<OfModel> models) {

    record Reason(
            String reason,
            @Nullable String sentence,
            @Nullable String blame,
            long count) {}

    record OfModel(
            String modelId,
            String reason,
            long count,
            Instant lastAt,
            @Nullable String detail) {}

    static ReasonsView of(
            Map<String, Long> byReason,
            boolean exact,
            @Nullable Instant countedAt,
            List<DeadLetterCounts.OfModel> models) {
        return new ReasonsView(
                exact,
                countedAt,
                byReason.entrySet().stream()
                        .map(each -> new Reason(
                                each.getKey(),
                                LetterView.sentence(each.getKey()),
                                LetterView.blame(each.getKey()),
                                each.getValue()))
                        .toList(),
                models.stream()
                        .map(each ->
                                new OfModel(each.modelId(), each.reason(), each.count(), each.lastAt(), each.detail()))
                        .toList());
    }
}
