package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** The trial of retention: a store is filled, and what dry, SOFT and HARD runs cost and do is measured and counted. */
public final class Retention {
    static final Option<String> PREFIX = Option.text(
                    "prefix", "What the keys of the store's objects begin with, without a slash at its end.")
            .or("inputs");
    static final Option<Duration> DEADLINE = Option.duration(
                    "deadline", Duration.ofSeconds(1), "The longest to wait for one task or change.")
            .or("10min");
    private static final Option<Integer> RECORDS =
            Option.integer("records", 1, 1_000_000_000, "Records to seed.").or("1000000");
    private static final Option<Integer> INPUTS = Option.integer(
                    "inputs", 0, 1_000_000_000, "How many of the records have an input.")
            .or("200000");
    private static final Option<Long> SIZE =
            Option.bytes("size", 1, 1024 * 1024, "Bytes of each input.").or("4 KiB");
    private static final Option<Integer> AN_OBJECT = Option.integer(
                    "inputs-an-object", 1, 100_000, "Inputs in one object, about.")
            .or("500");
    private static final Option<Integer> MODELS =
            Option.integer("models", 1, 10_000, "Models to spread them over.").or("100");
    private static final Option<Duration> AGE = Option.duration(
                    "age", Duration.ofDays(1), "Age of the policies; event times go back twice as far.")
            .or("30d");
    private static final Option<Integer> SEED = Option.integer(
                    "seed", 0, Integer.MAX_VALUE, "Decides times and contents.")
            .or("7");
    private static final Option<Integer> THREADS =
            Option.integer("threads", 1, 64, "Threads that seed.").or("4");
    private static final Option<Integer> AT_ONCE = Option.integer(
                    "at-once", 1, 1000, "Callers, each with one task at a time.")
            .or("4");
    private static final Option<Set<String>> PHASES = new Option<>(
                    "phases", "some of seed, soft, hard", Retention::phases, null, false, false, "What is done.")
            .or("seed,soft,hard");
    private static final Option<Boolean> LIVE = Option.flag(
                    "live", "Whether the HARD runs have live traffic beside them, which is then measured without them.")
            .or("false");
    private static final Option<Integer> LIVE_RATE = Option.integer(
                    "live-rate", 0, 1_000_000, "Events a second of the live traffic; 0 for as fast as it goes.")
            .or("0");

    private Retention() {}

    public static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(RECORDS, INPUTS, SIZE, AN_OBJECT, MODELS, AGE, SEED, THREADS, AT_ONCE));
        options.addAll(List.of(PHASES, LIVE, LIVE_RATE, PREFIX, DEADLINE));
        Settings settings = Settings.read(options, arguments, Map.of());
        LocalRun store = LocalRun.of(settings);
        Set<String> phases = settings.get(PHASES);
        if (phases.contains("seed")) {
            new Seed(store, settings.get(PREFIX), report).run(plan(settings), settings.get(THREADS));
        }
        try (Connection connection = store.connect()) {
            Phases.Terms terms = new Phases.Terms(
                    SeedPlan.models(settings.get(MODELS)),
                    settings.get(PREFIX),
                    settings.get(AGE),
                    settings.get(AT_ONCE),
                    settings.get(DEADLINE));
            Phases runs = new Phases(store, connection, report, terms);
            if (phases.contains("soft")) {
                runs.soft();
            }
            if (phases.contains("hard")) {
                runs.hard(work -> {
                    if (settings.get(LIVE)) {
                        beside(store, connection, report, settings, work);
                    } else {
                        work.run();
                    }
                });
            }
        }
    }

    /** The same traffic, with the runs and then for as long without them. */
    private static void beside(
            LocalRun store, Connection connection, Report report, Settings settings, LiveTraffic.Work runs)
            throws Exception {
        String model = "retention-live-" + System.currentTimeMillis();
        new ModelsApi(store).ensure(model, true);
        LiveTraffic.Load load =
                new LiveTraffic.Load(settings.get(LIVE_RATE), settings.get(SIZE).intValue());
        try (LiveTraffic traffic = new LiveTraffic(store, connection, report, model, load)) {
            traffic.awaitFirst(settings.get(DEADLINE).toNanos());
            long nanos = traffic.measure("with HARD runs", runs);
            traffic.measure("without them", () -> {
                long end = System.nanoTime() + nanos;
                for (long rest = nanos; rest > 0; rest = end - System.nanoTime()) {
                    LockSupport.parkNanos(rest);
                }
            });
        }
    }

    private static SeedPlan plan(Settings settings) {
        return new SeedPlan(
                settings.get(MODELS),
                settings.get(RECORDS),
                settings.get(INPUTS),
                settings.get(SIZE).intValue(),
                settings.get(AN_OBJECT),
                settings.get(SEED),
                Instant.now(),
                settings.get(AGE));
    }

    private static Set<String> phases(String text) {
        Set<String> phases = new TreeSet<>(Arrays.asList(text.trim().split("\\s*,\\s*", -1)));
        if (!Set.of("seed", "soft", "hard").containsAll(phases)) {
            throw new IllegalArgumentException("must be some of seed, soft, hard, with commas between them");
        }
        return phases;
    }
}
