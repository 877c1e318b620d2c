package dev.inferencestore.benchmark.decoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.Decoded;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How many events of each format one thread decodes in a second, from the record to inferences that can be stored. All
 * kinds are timed in turn, round after round, so that whatever else the machine does meets all of them. Beside each stands
 * the time that it takes just to find the names of its model, which is all that an event costs that nobody wants, and the
 * time in which a parser goes over the same bytes and does nothing with them, where they are JSON.
 */
public final class Decoding {
    private static final Option<Integer> ROUNDS =
            Option.integer("rounds", 1, 1000, "Rounds that are counted.").or("15");
    private static final Option<Duration> SLICE = Option.duration(
                    "slice", Duration.ofMillis(1), "How long each kind is timed in a round.")
            .or("100ms");
    private static final int WARM_UP = 5;

    private final Formats formats = new Formats();
    private final JsonFactory json = new JsonFactory();
    private long sink;

    private Decoding() {}

    public static void run(String[] arguments, Report report) throws BadEvent, IOException {
        Settings settings = Settings.read(List.of(ROUNDS, SLICE), arguments, Map.of());
        new Decoding().run(settings.get(ROUNDS), settings.get(SLICE).toNanos(), report);
    }

    private void run(int rounds, long slice, Report report) throws BadEvent, IOException {
        List<Kind> kinds = Kinds.all();
        for (Kind kind : kinds) {
            report.equal("inferences of " + kind.name(), kind.inferences(), decode(kind));
        }
        List<Timed> timed = new ArrayList<>();
        for (Kind kind : kinds) {
            timed.add(new Timed(kind, new double[rounds], new double[rounds], new double[rounds], new double[rounds]));
        }
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Timed one : timed) {
                Kind kind = one.kind;
                Nanos decode = nanos(() -> sink += decode(kind), slice);
                Nanos name = nanos(() -> sink += name(kind), slice / 4);
                Nanos parse = isJson(kind) ? nanos(() -> sink += parse(kind), slice / 2) : Nanos.NONE;
                if (round >= 0) {
                    one.decoded[round] = decode.processor;
                    one.elapsed[round] = decode.elapsed;
                    one.named[round] = name.processor;
                    one.parsed[round] = parse.processor;
                }
            }
        }
        report.line("%-42s %9s %10s %9s %19s %9s %9s %9s"
                .formatted("kind", "bytes", "events/s", "us", "(least - most)", "clock", "name", "parser"));
        timed.forEach(one -> report.line(one.line()));
        report.line("One thread; medians of %d rounds; processor time of the thread, and as the clock saw it. %d"
                .formatted(rounds, Math.abs(sink % 10)));
    }

    private int decode(Kind kind) throws BadEvent {
        Formats.Reading reading = formats.begin(kind.event(), kind.ofTopic());
        reading.model();
        Decoded decoded = reading.decode();
        return decoded.inferences().size();
    }

    private int name(Kind kind) throws BadEvent {
        return formats.begin(kind.event(), kind.ofTopic()).model() == null ? 0 : 1;
    }

    private int parse(Kind kind) throws IOException {
        int tokens = 0;
        try (JsonParser parser = json.createParser(kind.event().value())) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }

    private static boolean isJson(Kind kind) {
        byte[] value = kind.event().value();
        return value != null && value.length > 0 && value[0] == '{';
    }

    /** What one costs, over at least so many nanoseconds of them. */
    private static Nanos nanos(Step step, long slice) throws BadEvent, IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long processor = threads.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        long elapsed;
        long done = 0;
        do {
            for (int i = 0; i < 8; i++) {
                step.run();
            }
            done += 8;
            elapsed = System.nanoTime() - began;
        } while (elapsed < slice);
        double used = threads.getCurrentThreadCpuTime() - processor;
        return new Nanos(used / done, (double) elapsed / done);
    }

    private interface Step {
        void run() throws BadEvent, IOException;
    }

    /** Nanoseconds for one. */
    private record Nanos(double processor, double elapsed) {
        static final Nanos NONE = new Nanos(Double.NaN, Double.NaN);
    }

    /** Nanoseconds of each round. */
    private record Timed(Kind kind, double[] decoded, double[] elapsed, double[] named, double[] parsed) {
        String line() {
            Arrays.sort(decoded);
            double parser = median(parsed);
            return "%-42s %,9d %,10.0f %9.2f %8.2f - %8.2f %9.2f %9.2f %9s"
                    .formatted(
                            kind.name(),
                            kind.event().size(),
                            1e9 / median(decoded),
                            median(decoded) / 1000,
                            decoded[0] / 1000,
                            decoded[decoded.length - 1] / 1000,
                            median(elapsed) / 1000,
                            median(named) / 1000,
                            Double.isNaN(parser) ? "" : "%.2f".formatted(parser / 1000));
        }

        private static double median(double[] nanos) {
            Arrays.sort(nanos);
            return nanos[nanos.length / 2];
        }
    }
}
