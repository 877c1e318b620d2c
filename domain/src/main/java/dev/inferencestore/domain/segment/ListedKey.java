package dev.inferencestore.domain.segment;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an object in a model's folder is, by its key alone.
 *
 * @param segmentId of the segment that it was made for; empty where it is foreign
 * @param hour of event time that it is filed under, counted from 1970
 */
public record ListedKey(Form form, String segmentId, long hour) {
    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern OURS =
            Pattern.compile("(\\d{4})/(\\d\\d)/(\\d\\d)/(\\d\\d)/(" + UUID + ")\\.tar(-" + UUID + ")?");
    private static final ListedKey NOT_OURS = new ListedKey(Form.FOREIGN, "", 0);

    /** What a key can be. */
    public enum Form {
        /** An object of a segment. */
        SEGMENT,
        /** What the S3 server of the local run leaves of an upload that it was killed in: the key, a dash and a UUID. */
        LEFTOVER,
        /** Nothing that this store writes. */
        FOREIGN
    }

    /**
     * Reads a key.
     *
     * @param folder what the key begins with, as {@link ObjectKeys#folder} says
     */
    public static ListedKey of(String folder, String key) {
        Matcher ours = OURS.matcher(key.substring(folder.length()));
        if (!ours.matches()) {
            return NOT_OURS;
        }
        try {
            long hour = LocalDateTime.of(number(ours, 1), number(ours, 2), number(ours, 3), number(ours, 4), 0)
                            .toEpochSecond(ZoneOffset.UTC)
                    / 3600;
            return new ListedKey(ours.group(6) == null ? Form.SEGMENT : Form.LEFTOVER, ours.group(5), hour);
        } catch (DateTimeException noSuchHour) {
            return NOT_OURS;
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
