package dev.inferencestore.local.demo;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How far the store is, in one line for a person. */
final class StatusLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final Map<String, String> REASONS =
            Map.of("storage_disabled", "storage disabled", "unregistered", "not registered");

    private StatusLine() {}

    /**
     * Writes the line.
     *
     * @param sent events that Kafka has taken
     * @param news something to add at the end, or nothing
     */
    static String of(LocalTime time, long sent, Figures figures, String news) {
        return TIME.format(time)
                + "  sent " + count(sent)
                + "  stored " + count(sum(figures.stored())) + byModel(figures.stored())
                + "  turned away " + count(sum(figures.turnedAway())) + byReason(figures.turnedAway())
                + "  dead letters " + count(figures.deadLetters())
                + "  inputs " + megabytes(figures.inputBytes()) + " in " + count(figures.objects()) + " objects"
                + expired(figures.expired())
                + (news.isEmpty() ? "" : "  << " + news);
    }

    private static String expired(Figures.Expired expired) {
        return expired.equals(Figures.Expired.NONE)
                ? ""
                : "  expired " + count(expired.records()) + " records, " + count(expired.inputs()) + " inputs, "
                        + count(expired.hidden()) + " hidden";
    }

    private static String byModel(Map<String, Long> stored) {
        List<String> parts = new ArrayList<>();
        for (DemoModel model : DemoModel.values()) {
            if (stored.containsKey(model.id())) {
                parts.add(model.nickname() + " " + count(stored.get(model.id())));
            }
        }
        long others = stored.entrySet().stream()
                .filter(entry -> Arrays.stream(DemoModel.values())
                        .noneMatch(model -> model.id().equals(entry.getKey())))
                .mapToLong(Map.Entry::getValue)
                .sum();
        if (others > 0) {
            parts.add("others " + count(others));
        }
        return inBrackets(parts);
    }

    private static String byReason(Map<String, Long> turnedAway) {
        List<String> parts = new ArrayList<>();
        turnedAway.forEach((reason, count) ->
                parts.add(REASONS.getOrDefault(reason, reason.replace('_', ' ')) + " " + count(count)));
        return inBrackets(parts);
    }

    private static String inBrackets(List<String> parts) {
        return parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")";
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
