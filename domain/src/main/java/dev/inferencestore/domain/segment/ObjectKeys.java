package dev.inferencestore.domain.segment;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** Keys of objects: {@code <prefix>/<model_id>/<yyyy>/<MM>/<dd>/<HH>/<unique>.tar}, the hour being event time in UTC. */
public final class ObjectKeys {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy/MM/dd/HH", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long HOUR_MICROS = 3_600_000_000L;

    private ObjectKeys() {}

    /** The hour of an event time, counted from 1970. */
    public static long hour(long micros) {
        return Math.floorDiv(micros, HOUR_MICROS);
    }

    /** What the keys of all objects of a model begin with, and of no other model. */
    public static String folder(String prefix, String modelId) {
        return (prefix.isEmpty() ? "" : prefix + "/") + modelId + "/";
    }

    /** The key of a segment's object. */
    public static String key(String prefix, String modelId, long hour, UUID segment) {
        return folder(prefix, modelId) + HOUR.format(Instant.ofEpochSecond(hour * 3600)) + "/" + segment + ".tar";
    }
}
