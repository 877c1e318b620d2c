package dev.inferencestore.api.inference;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a body that a call asks for (RFC 9110, 14.2).
 *
 * @param from first byte
 * @param to last byte
 */
record ByteRange(long from, long to) {
    private static final Pattern FORM = Pattern.compile("\\s*bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

    /** What a header means for a body: all of it, a part of it, or nothing that there is. */
    record Wanted(boolean satisfiable, @Nullable ByteRange part) {
        private static final Wanted ALL = new Wanted(true, null);
        private static final Wanted NOTHING = new Wanted(false, null);
    }

    /** Reads the header; one that cannot be read, or that asks for several parts, asks for all, as the standard lets it. */
    static Wanted wanted(@Nullable String header, long size) {
        Matcher form = FORM.matcher(header == null ? "" : header);
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
            return Wanted.ALL;
        }
        long first;
        long last;
        if (form.group(1).isEmpty()) {
            long suffix = Long.parseLong(form.group(2));
            first = Math.max(0, size - suffix);
            last = suffix == 0 ? -1 : size - 1;
        } else {
            first = Long.parseLong(form.group(1));
            last = form.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(form.group(2)));
            if (!form.group(2).isEmpty() && Long.parseLong(form.group(2)) < first) {
                return Wanted.ALL;
            }
        }
        return first >= size || last < first ? Wanted.NOTHING : new Wanted(true, new ByteRange(first, last));
    }

    long length() {
        return to - from + 1;
    }
}
