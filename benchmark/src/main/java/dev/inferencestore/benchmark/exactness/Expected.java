package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.RawEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a store must show after one sending; none of it but the totals grows with a second one.
 *
 * @param totals of the router: outcomes of events, and inferences in accepted ones
 * @param rows by model
 * @param withInput rows that have an input
 * @param deadLetters the reason of each malformed event, by the {@link Digests#of} its key and value
 */
record Expected(Map<String, Long> totals, Map<String, Long> rows, long withInput, Map<String, String> deadLetters) {

    static Expected of(Traffic traffic) {
        Map<String, Long> totals = new TreeMap<>();
        Map<String, Long> rows = new TreeMap<>();
        Map<String, String> deadLetters = new HashMap<>();
        long withInput = 0;
        for (int index = 0; index < traffic.plan().events(); index++) {
            Slot slot = traffic.slot(index);
            if (slot.malformed() != null) {
                String reason = slot.malformed().failure().code();
                RawEvent event = traffic.event(slot);
                deadLetters.put(Digests.of(event.key(), event.value()), reason);
                totals.merge("dead_lettered." + reason, 1L, Long::sum);
            } else if (slot.turnedAway() != null) {
                totals.merge("turned_away." + slot.turnedAway().code(), 1L, Long::sum);
            } else {
                totals.merge("accepted", 1L, Long::sum);
                totals.merge("inferences", 1L, Long::sum);
                rows.merge(slot.model(), 1L, Long::sum);
                withInput += slot.part() == Part.RESPONSE ? 0 : 1;
            }
        }
        return new Expected(totals, rows, withInput, deadLetters);
    }

    long rowsInAll() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The router's totals after some sendings. */
    Map<String, Long> totalsAfter(int sendings) {
        Map<String, Long> after = new TreeMap<>();
        totals.forEach((name, count) -> after.put(name, count * sendings));
        return after;
    }

    /** Dead letters by reason after some sendings. */
    Map<String, Long> deadLettersAfter(int sendings) {
        Map<String, Long> after = new TreeMap<>();
        deadLetters.values().forEach(reason -> after.merge(reason, (long) sendings, Long::sum));
        return after;
    }
}
