package dev.inferencestore.domain.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of the earth's surface, in degrees, its edges included. One whose west is east of its east crosses the 180th
 * meridian. Inferences are where the numbers {@code latitude} and {@code longitude} of their metadata say.
 *
 * @param south smallest latitude
 * @param north largest latitude
 * @param west where it begins, going east
 * @param east where it ends
 */
public record BoundingBox(BigDecimal south, BigDecimal north, BigDecimal west, BigDecimal east) {
    /** A rule that a box breaks, with the field it is about. */
    public record Broken(String field, String rule) {}

    /** Every rule that it breaks. */
    public List<Broken> broken() {
        List<Broken> broken = new ArrayList<>();
        outside(south, 90).ifPresent(rule -> broken.add(new Broken("min_latitude", rule)));
        outside(north, 90).ifPresent(rule -> broken.add(new Broken("max_latitude", rule)));
        outside(west, 180).ifPresent(rule -> broken.add(new Broken("min_longitude", rule)));
        outside(east, 180).ifPresent(rule -> broken.add(new Broken("max_longitude", rule)));
        if (broken.isEmpty() && south.compareTo(north) > 0) {
            broken.add(new Broken("max_latitude", "must be at least min_latitude"));
        }
        return broken;
    }

    /** Whether it crosses the 180th meridian. */
    public boolean wraps() {
        return west.compareTo(east) > 0;
    }

    private static Optional<String> outside(BigDecimal degrees, int most) {
        return degrees.abs().compareTo(BigDecimal.valueOf(most)) > 0
                ? Optional.of("must be from -" + most + " to " + most + " degrees")
                : Optional.empty();
    }
}
