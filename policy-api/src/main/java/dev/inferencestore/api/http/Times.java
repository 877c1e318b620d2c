package dev.inferencestore.api.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Moments as RFC 3339 writes them, with their offset. */
final class Times {
    private static final Pattern FORM =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private Times() {}

    /** Empty where it is of another form or in no calendar. */
    static Optional<Instant> parse(String text) {
        try {
            return FORM.matcher(text).matches()
                    ? Optional.of(
                            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant())
                    : Optional.empty();
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
