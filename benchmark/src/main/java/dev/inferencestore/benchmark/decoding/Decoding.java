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
        List<double[]> decoded = new ArrayList<>();
        List<double[]> named = new ArrayList<>();
        List<double[]> parsed = new ArrayList<>();
        for (Kind ignored : kinds) {
            decoded.add(new double[rounds]);
            named.add(new double[rounds]);
            parsed.add(new double[rounds]);
        }
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int i = 0; i < kinds.size(); i++) {
                Kind kind = kinds.get(i);
                double decode = nanos(() -> sink += decode(kind), slice);
                double name = nanos(() -> sink += name(kind), slice / 4);
                double parse = isJson(kind) ? nanos(() -> sink += parse(kind), slice / 2) : Double.NaN;
                if (round >= 0) {
                    decoded.get(i)[round] = decode;
                    named.get(i)[round] = name;
                    parsed.get(i)[round] = parse;
                }
            }
        }
        report.line("%-42s %9s %12s %10s %19s %10s %11s"
                .formatted("kind", "bytes", "events/s", "us each", "(least - most)", "name, us", "parser, us"));
        for (int i = 0; i < kinds.size(); i++) {
            report.line(line(kinds.get(i), decoded.get(i), named.get(i), parsed.get(i)));
        }
        report.line("one thread; medians of " + rounds + " rounds; " + Math.abs(sink % 10));
    }

    private static String line(Kind kind, double[] decoded, double[] named, double[] parsed) {
        Arrays.sort(decoded);
        Arrays.sort(named);
        Arrays.sort(parsed);
        double median = decoded[decoded.length / 2];
        double parser = parsed[parsed.length / 2];
        return "%-42s %,9d %,12.0f %10.2f %8.2f - %8.2f %10.2f %11s"
                .formatted(
                        kind.name(),
                        kind.event().size(),
                        1e9 / median,
                        median / 1000,
                        decoded[0] / 1000,
                        decoded[decoded.length - 1] / 1000,
                        named[named.length / 2] / 1000,
                        Double.isNaN(parser) ? "" : "%.2f".formatted(parser / 1000));
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

    /** Nanoseconds for one, over at least so many of them. */
    private static double nanos(Step step, long slice) throws BadEvent, IOException {
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
        return (double) elapsed / done;
    }

    private interface Step {
        void run() throws BadEvent, IOException;
    }
}
