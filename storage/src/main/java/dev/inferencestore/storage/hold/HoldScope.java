package dev.inferencestore.storage.hold;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Span;
import java.util.List;
import java.util.Locale;

/**
 * What a hold keeps.
 *
 * @param span of event time; all of it where ids are named
 * @param inferenceIds each once; empty unless it names ids
 */
public record HoldScope(Kind kind, Span span, List<String> inferenceIds) {
    private static final Span ALWAYS = new Span(Cutoffs.KEEP, Span.END);

    /** The three kinds. */
    public enum Kind {
        MODEL,
        TIME,
        INFERENCES;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    public HoldScope {
        // In an order of its own: databases have others, and the same ids are the same hold.
        inferenceIds = inferenceIds.stream().distinct().sorted().toList();
        if (span.isEmpty() || inferenceIds.isEmpty() == (kind == Kind.INFERENCES)) {
            throw new IllegalArgumentException("a hold of nothing, or of ids and something else");
        }
    }

    /** All that the model has, and will have. */
    public static HoldScope model() {
        return new HoldScope(Kind.MODEL, ALWAYS, List.of());
    }

    /** A range of event time. */
    public static HoldScope time(Span span) {
        return new HoldScope(Kind.TIME, span, List.of());
    }

    /** Certain inferences, each once. */
    public static HoldScope inferences(List<String> ids) {
        return new HoldScope(Kind.INFERENCES, ALWAYS, ids);
    }
}
