package dev.inferencestore.api.usage;

import dev.inferencestore.storage.usage.Quota;
import java.util.List;

/**
 * That much of a quota is used, or all of it.
 *
 * @param of {@code records} or {@code bytes}
 * @param level 80 or 100
 */
public record QuotaWarning(String of, long used, long quota, int percent, int level) {
    public static List<QuotaWarning> of(List<Quota.Warning> warnings) {
        return warnings.stream()
                .map(each -> new QuotaWarning(each.of(), each.used(), each.quota(), each.percent(), each.level()))
                .toList();
    }
}
