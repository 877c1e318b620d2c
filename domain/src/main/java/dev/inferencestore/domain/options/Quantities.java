package dev.inferencestore.domain.options;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them. */
public final class Quantities {
    private static final Pattern DURATION = Pattern.compile("\\s*(\\d{1,12})\\s*(ms|s|min|m|h|d)\\s*");
    private static final Pattern BYTES = Pattern.compile("\\s*(\\d{1,12})\\s*(b|kib|mib|gib)?\\s*");

    private Quantities() {}

    /** Reads {@code 500ms}, {@code 10s}, {@code 5min}, {@code 2h} or {@code 7d}. */
    public static Duration duration(String text) {
        Matcher match = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw new IllegalArgumentException("is not a duration with a unit, as 500ms, 10s, 5min, 2h, 7d");
        }
        long count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "min", "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** Writes a duration in its largest whole unit. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 86_400_000 == 0 && millis > 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0 && millis > 0) {
            return millis / 60_000 + "min";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** Reads {@code 64 KiB}, {@code 8 MiB}, {@code 1 GiB} or a plain number of bytes. */
    public static long bytes(String text) {
        Matcher match = BYTES.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw new IllegalArgumentException("is not a size, as 64 KiB, 8 MiB, 1 GiB");
        }
        String unit = match.group(2) == null ? "b" : match.group(2);
        int shift =
                switch (unit) {
                    case "kib" -> 10;
                    case "mib" -> 20;
                    case "gib" -> 30;
                    default -> 0;
                };
        return new BigDecimal(match.group(1))
                .multiply(BigDecimal.valueOf(1L << shift))
                .longValueExact();
    }

    /** Writes a size in its largest whole unit. */
    public static String bytesText(long bytes) {
        if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        if (bytes >= 1L << 20 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1L << 10 && bytes % (1L << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }
}
