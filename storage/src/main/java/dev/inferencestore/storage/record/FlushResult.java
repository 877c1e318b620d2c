package dev.inferencestore.storage.record;

import java.util.List;
import java.util.Map;

/**
 * What became of the rows of a flush; they add up: offered = inserted + alreadyThere + refused + conflicting.
 *
 * @param refused by reason
 * @param withoutInput rows inserted whose input was below the blob floor; they count as inserted
 * @param unreferenced keys of objects that no row names: everything in them was there already
 */
public record FlushResult(
        long offered,
        long inserted,
        long alreadyThere,
        Map<String, Long> refused,
        long conflicting,
        long withoutInput,
        List<String> unreferenced) {
    public static final FlushResult NOTHING = new FlushResult(0, 0, 0, Map.of(), 0, 0, List.of());

    public FlushResult {
        refused = Map.copyOf(refused);
        unreferenced = List.copyOf(unreferenced);
        long sum = inserted + alreadyThere + conflicting + total(refused);
        if (offered != sum) {
            throw new IllegalArgumentException(offered + " rows were offered and " + sum + " have an outcome");
        }
    }

    private static long total(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
