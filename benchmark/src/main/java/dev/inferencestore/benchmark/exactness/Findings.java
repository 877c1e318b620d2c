package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.Report;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is wrong with single rows and objects: how many of each kind, and the first ones. For several threads. */
final class Findings {
    private static final int KEPT = 20;

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);

    /** What can be wrong. */
    enum Kind {
        UNKNOWN_ROW("rows that no event of the load makes"),
        FIELD("fields of rows that are not as sent"),
        INPUT("inputs that are not as sent, byte for byte and by the sha256 of their row"),
        OUTPUT("outputs that are not as sent"),
        OBJECT("objects that are missing or no tar as their segments say");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }
    }

    synchronized void add(Kind kind, String example) {
        counts.merge(kind, 1L, Long::sum);
        List<String> kept = examples.computeIfAbsent(kind, any -> new ArrayList<>());
        if (kept.size() < KEPT) {
            kept.add(example);
        }
    }

    synchronized void report(Report report) {
        for (Kind kind : Kind.values()) {
            report.none(kind.sentence, counts.getOrDefault(kind, 0L), examples.getOrDefault(kind, List.of()));
        }
    }
}
