package dev.inferencestore.domain.retention;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Times that do not overlap, the earliest first: those that holds keep, or those that are left between them. */
public record Spans(List<Span> all) {
    public static final Spans NONE = new Spans(List.of());

    public Spans {
        all = List.copyOf(all);
    }

    /** All that is in one of these. */
    public static Spans union(Collection<Span> spans) {
        List<Span> merged = new ArrayList<>();
        for (Span next : spans.stream()
                .filter(span -> !span.isEmpty())
                .sorted(Comparator.comparingLong(Span::from))
                .toList()) {
            Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last == null || next.from() > last.to()) {
                merged.add(next);
            } else {
                merged.set(merged.size() - 1, new Span(last.from(), Math.max(last.to(), next.to())));
            }
        }
        return new Spans(merged);
    }

    /** What of these is in a range. */
    public Spans within(Span range) {
        return union(all.stream().map(span -> span.within(range)).toList());
    }

    /** What of these is in none of the others. */
    public Spans without(Spans others) {
        List<Span> left = new ArrayList<>();
        for (Span span : all) {
            long from = span.from();
            for (Span gap : others.within(span).all) {
                left.add(new Span(from, gap.from()));
                from = gap.to();
            }
            left.add(new Span(from, span.to()));
        }
        return union(left);
    }
}
