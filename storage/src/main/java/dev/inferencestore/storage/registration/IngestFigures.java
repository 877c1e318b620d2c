package dev.inferencestore.storage.registration;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of a model's events and rows, as far as it has been made durable. */
public record IngestFigures(List<Count> counts) {
    /** Outcomes of whole events, counted where events are routed. */
    private static final Set<String> OF_EVENTS = Set.of("accepted", "turned_away", "dead_lettered");

    /**
     * One outcome for one reason.
     *
     * @param reason empty where the outcome needs none
     * @param detail what was said about the last one
     */
    public record Count(
            String outcome,
            String reason,
            long count,
            Instant lastAt,
            @Nullable String detail) {}

    public IngestFigures {
        counts = List.copyOf(counts);
    }

    public long total(String outcome) {
        return counts.stream()
                .filter(count -> count.outcome().equals(outcome))
                .mapToLong(Count::count)
                .sum();
    }

    public Map<String, Long> byReason(String outcome) {
        Map<String, Long> reasons = new TreeMap<>();
        counts.stream()
                .filter(count -> count.outcome().equals(outcome))
                .forEach(count -> reasons.merge(count.reason(), count.count(), Long::sum));
        return reasons;
    }

    /** How many events named this model, whatever became of them. */
    public long events() {
        return OF_EVENTS.stream().mapToLong(this::total).sum();
    }

    public Optional<Instant> lastEventAt() {
        return counts.stream()
                .filter(count -> OF_EVENTS.contains(count.outcome()))
                .map(Count::lastAt)
                .max(Comparator.naturalOrder());
    }

    public Optional<Count> last(String outcome) {
        return counts.stream()
                .filter(count -> count.outcome().equals(outcome))
                .max(Comparator.comparing(Count::lastAt));
    }
}
