package dev.inferencestore.domain.options;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One typed setting: its key, how its text is read, its default and a sentence for the person who sets it.
 *
 * @param key dotted name, as in {@code kafka.bootstrap-servers}
 * @param kind what a value looks like, for messages and the options page
 * @param reader reads a value or throws {@link IllegalArgumentException} with the rule that it breaks
 * @param fallback the default as text; null where a value must be given
 * @param optional whether it may be left out without a default
 * @param secret never printed; also read from the file that {@code <key>.file} names
 * @param description one sentence
 */
public record Option<T>(
        String key,
        String kind,
        Function<String, T> reader,
        @Nullable String fallback,
        boolean optional,
        boolean secret,
        String description) {

    public Option {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(description, "description");
        if (fallback != null) {
            Objects.requireNonNull(reader.apply(fallback), "fallback");
        }
    }

    public static Option<String> text(String key, String description) {
        return new Option<>(key, "text", Option::nonBlank, null, false, false, description);
    }

    public static Option<Integer> integer(String key, int least, int most, String description) {
        return new Option<>(
                key,
                "integer, " + least + " to " + most,
                text -> {
                    int value;
                    try {
                        value = Integer.parseInt(text.trim());
                    } catch (NumberFormatException notANumber) {
                        throw new IllegalArgumentException("is not a whole number", notANumber);
                    }
                    if (value < least || value > most) {
                        throw new IllegalArgumentException("must be from " + least + " to " + most);
                    }
                    return value;
                },
                null,
                false,
                false,
                description);
    }

    public static Option<Boolean> flag(String key, String description) {
        return new Option<>(
                key,
                "true or false",
                text -> switch (text.trim()) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("must be true or false");
                },
                null,
                false,
                false,
                description);
    }

    public static Option<Duration> duration(String key, Duration least, String description) {
        return new Option<>(
                key,
                "duration, as 500ms, 10s, 5min, 2h, 7d",
                text -> {
                    Duration value = Quantities.duration(text);
                    if (value.compareTo(least) < 0) {
                        throw new IllegalArgumentException("must be at least " + Quantities.text(least));
                    }
                    return value;
                },
                null,
                false,
                false,
                description);
    }

    public static Option<Long> bytes(String key, long least, long most, String description) {
        return new Option<>(
                key,
                "size, as 64 KiB, 8 MiB, 1 GiB",
                text -> {
                    long value = Quantities.bytes(text);
                    if (value < least || value > most) {
                        throw new IllegalArgumentException(
                                "must be from " + Quantities.bytesText(least) + " to " + Quantities.bytesText(most));
                    }
                    return value;
                },
                null,
                false,
                false,
                description);
    }

    /** The same option with a default, written as a user would write it. */
    public Option<T> or(String text) {
        return new Option<>(key, kind, reader, text, optional, secret, description);
    }

    /** The same option, which may be left out: {@link Settings#find} then finds nothing. */
    public Option<T> optionally() {
        return new Option<>(key, kind, reader, null, true, secret, description);
    }

    /** The same option as a secret: never printed, also read from a file. */
    public Option<T> asSecret() {
        return new Option<>(key, kind, reader, fallback, optional, true, description);
    }

    /** The environment variable that sets it: {@code kafka.topic} is {@code INFERENCE_STORE_KAFKA_TOPIC}. */
    public String variable() {
        return "INFERENCE_STORE_"
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String nonBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
        return text.trim();
    }
}
