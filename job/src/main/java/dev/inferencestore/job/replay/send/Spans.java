package dev.inferencestore.job.replay.send;

import dev.inferencestore.storage.inference.Located;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What to read of objects for several places in them: places with little between them are one read, since each costs a call. */
final class Spans {
    private static final long MOST_BETWEEN = 64 * 1024;
    private static final long MOST = 4 * 1024 * 1024;

    private Spans() {}

    /** Spans that cover these places, each of them as a whole in one. */
    static List<Located> of(Collection<Located> places) {
        List<Located> sorted = places.stream()
                .sorted(Comparator.comparing(Located::key).thenComparing(Located::from))
                .toList();
        List<Located> spans = new ArrayList<>();
        for (Located place : sorted) {
            Located last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last != null && joins(last, place)) {
                spans.set(spans.size() - 1, new Located(last.key(), last.from(), end(last, place) - last.from()));
            } else {
                spans.add(place);
            }
        }
        return spans;
    }

    static boolean covers(Located span, Located place) {
        return span.key().equals(place.key())
                && span.from() <= place.from()
                && place.from() + place.size() <= span.from() + span.size();
    }

    private static boolean joins(Located last, Located place) {
        return last.key().equals(place.key())
                && place.from() - (last.from() + last.size()) <= MOST_BETWEEN
                && end(last, place) - last.from() <= MOST;
    }

    private static long end(Located last, Located place) {
        return Math.max(last.from() + last.size(), place.from() + place.size());
    }
}
