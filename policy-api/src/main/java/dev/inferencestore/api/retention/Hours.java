package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.Fields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Hours as people write them, read to the second. */
final class Hours {
    /** A hundred years. */
    static final BigDecimal MOST = BigDecimal.valueOf(876_000);

    private static final BigDecimal SECONDS_AN_HOUR = BigDecimal.valueOf(3600);

    private Hours() {}

    /** A number of hours in seconds, which must be given; null where it breaks a rule, which the fields then keep. */
    static @Nullable Long readGiven(Fields fields, String field) {
        if (!fields.has(field)) {
            fields.error(field, "must be given");
        }
        return read(fields, field);
    }

    /** A number of hours in seconds; null where it is left out, null, or breaks a rule, which the fields then keep. */
    static @Nullable Long read(Fields fields, String field) {
        BigDecimal hours = fields.optionalNumber(field);
        if (hours == null) {
            return null;
        }
        // Compared first: written out, 1e999999999 is a number of a billion digits.
        if (hours.signum() < 0 || hours.compareTo(MOST) > 0) {
            fields.error(field, "must be from 0 to " + MOST.toPlainString() + " hours (100 years)");
            return null;
        }
        BigDecimal seconds = hours.multiply(SECONDS_AN_HOUR);
        if (hours.signum() > 0 && seconds.compareTo(BigDecimal.ONE) < 0) {
            fields.error(field, "must be 0 or at least one second (1/3600 hours): anything shorter would count as 0");
            return null;
        }
        return seconds.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }
}
