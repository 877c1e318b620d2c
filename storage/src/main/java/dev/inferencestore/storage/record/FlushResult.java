package dev.inferencestore.storage.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

    public long refusedInAll() {
        return total(refused);
    }

    public FlushResult plus(FlushResult other) {
        Map<String, Long> both = new TreeMap<>(refused);
        other.refused.forEach((reason, count) -> both.merge(reason, count, Long::sum));
        List<String> keys = new ArrayList<>(unreferenced);
        keys.addAll(other.unreferenced);
        return new FlushResult(
                offered + other.offered,
                inserted + other.inserted,
                alreadyThere + other.alreadyThere,
                both,
                conflicting + other.conflicting,
                withoutInput + other.withoutInput,
                keys);
    }

    private static long total(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
