package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The trial of exactness: a load that is known to the byte is sent, more than once and through crashes, and the store
 * must hold exactly what the load holds.
 */
public final class Exactness {
    static final Option<Path> STATE = path("state", "File that keeps the plan of the load between commands.");
    static final Option<Integer> EVENTS =
            Option.integer("events", 1, 1_000_000_000, "Events in one sending.").or("100000");
    static final Option<Integer> MODELS =
            Option.integer("models", 1, 1000, "Registered models.").or("20");
    static final Option<Integer> ENABLED =
            Option.integer("enabled", 1, 1000, "Models with storage on.").or("10");
    static final Option<Integer> MALFORMED = Option.integer(
                    "malformed", 0, 1_000_000_000, "Events that cannot be stored.")
            .or("100");
    static final Option<Integer> SEED = Option.integer("seed", 0, Integer.MAX_VALUE, "Decides ids, times and contents.")
            .or("7");
    static final Option<Instant> BASE_TIME = new Option<>(
            "base-time",
            "time, as 2026-01-31T09:30:00Z",
            Exactness::time,
            null,
            true,
            false,
            "The newest event time; that of the first sending where it is left out.");
    static final Option<Integer> RATE = Option.integer(
                    "rate", 0, 1_000_000, "Events a second; 0 for as fast as it goes.")
            .or("0");
    static final Option<Duration> DEADLINE = Option.duration(
                    "deadline", Duration.ofSeconds(1), "The longest to wait until the job has taken everything in.")
            .or("15min");
    static final Option<Integer> THREADS =
            Option.integer("threads", 1, 64, "Threads that read objects back.").or("4");
    static final Option<String> PREFIX = Option.text("prefix", "What the keys of the store's objects begin with.")
            .or("inputs/");
    static final Option<Boolean> ALLOW_ORPHANS = Option.flag(
                    "allow-orphans", "Whether objects that no row names, which a crash may leave, are only counted.")
            .or("false");
    static final Option<Path> SAVE = path("save", "File to keep the hashes in.").optionally();
    static final Option<Path> COMPARE =
            path("compare", "File with hashes that must be the same.").optionally();

    private Exactness() {}

    /** Runs the command that the first argument names. */
    public static void run(String[] arguments, Report report) throws Exception {
        String command = arguments.length == 0 ? "" : arguments[0];
        String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
        switch (command) {
            case "send" -> {
                Settings settings = read(rest, STATE, EVENTS, MODELS, ENABLED, MALFORMED, SEED, BASE_TIME, RATE);
                new Send(LocalRun.of(settings), report).run(settings);
            }
            case "verify" -> {
                Settings settings = read(rest, STATE, DEADLINE, THREADS, PREFIX, ALLOW_ORPHANS);
                new Verify(LocalRun.of(settings), report).run(settings);
            }
            case "hash" -> {
                Settings settings = read(rest, SAVE, COMPARE);
                new TableHash(LocalRun.of(settings), report).run(settings);
            }
            default ->
                throw new IllegalArgumentException(
                        "'exactness' has the commands send, verify and hash, not '" + command + "'.");
        }
    }

    static Settings read(String[] arguments, Option<?>... options) {
        List<Option<?>> all = new ArrayList<>(LocalRun.OPTIONS);
        all.addAll(List.of(options));
        return Settings.read(all, arguments, Map.of());
    }

    private static Option<Path> path(String key, String description) {
        return new Option<>(key, "path", Path::of, null, false, false, description);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            throw new IllegalArgumentException("is not a time, as 2026-01-31T09:30:00Z", unreadable);
        }
    }
}
