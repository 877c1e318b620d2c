package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.http.TextRule;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a dead letter stands on the topic of dead letters, as in {@code 0-17}. */
record LetterId(int partition, long offset) implements Comparable<LetterId> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})-([0-9]{1,18})");

    static final TextRule RULE = text ->
            TEXT.matcher(text).matches() ? Optional.empty() : Optional.of("must be the id of a dead letter, as 0-17");

    private static final Comparator<LetterId> ORDER =
            Comparator.comparingInt(LetterId::partition).thenComparingLong(LetterId::offset);

    /** What is of no such form is the id of none. */
    static Optional<LetterId> of(String text) {
        Matcher form = TEXT.matcher(text);
        return form.matches()
                ? Optional.of(new LetterId(Integer.parseInt(form.group(1)), Long.parseLong(form.group(2))))
                : Optional.empty();
    }

    String text() {
        return partition + "-" + offset;
    }

    @Override
    public int compareTo(LetterId other) {
        return ORDER.compare(this, other);
    }
}
