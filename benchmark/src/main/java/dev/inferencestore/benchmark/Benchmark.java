package dev.inferencestore.benchmark;

import dev.inferencestore.benchmark.decoding.Decoding;
import dev.inferencestore.benchmark.erase.Erase;
import dev.inferencestore.benchmark.exactness.Exactness;
import dev.inferencestore.benchmark.reading.Reading;
import dev.inferencestore.benchmark.replay.Replay;
import dev.inferencestore.benchmark.retention.PolicyLatency;
import dev.inferencestore.benchmark.retention.Retention;
import java.util.Arrays;

/** Runs the trial that is named. Ends with 0 where all holds, 1 where something does not, 2 where it could not be run. */
public final class Benchmark {
    private static final String USAGE = """
            benchmark/run exactness send     sends the load once
            benchmark/run exactness verify   compares the store with the load, as often as it was sent
            benchmark/run exactness hash     a hash over all rows of each table
            benchmark/run throughput         events and bytes a second, from the first send to the last row
            benchmark/run retention          what dry, SOFT and HARD runs cost, and whether they remove just what they should
            benchmark/run erase              what erasing one subject of many costs, and whether its bytes are gone
            benchmark/run reading            how soon lists and inferences are answered, and whether pages stay right
            benchmark/run policy-latency     how soon a new policy takes hold
            benchmark/run replay             a late start made good: exact, twice without a change, and what is removed stays away
            benchmark/run decoding           events of each format that one core decodes in a second; needs no store
            Each of the others takes --ready '{…}' or --ready-file FILE, the READY line of the store; see benchmark/README.md.""";

    private Benchmark() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        String trial = arguments.length == 0 ? "" : arguments[0];
        String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
        Report report = new Report(System.out);
        try {
            switch (trial) {
                case "exactness" -> Exactness.run(rest, report);
                case "throughput" -> Throughput.run(rest, report);
                case "retention" -> Retention.run(rest, report);
                case "erase" -> Erase.run(rest, report);
                case "reading" -> Reading.run(rest, report);
                case "decoding" -> Decoding.run(rest, report);
                case "replay" -> Replay.run(rest, report);
                case "policy-latency" -> PolicyLatency.run(rest, report);
                default -> throw new IllegalArgumentException("There is no trial '" + trial + "'.\n" + USAGE);
            }
        } catch (IllegalArgumentException wrong) {
            return notRun(String.valueOf(wrong.getMessage()));
        } catch (Exception failed) {
            failed.printStackTrace();
            return notRun("the trial could not be run to its end: " + failed);
        }
        return report.end();
    }

    private static int notRun(String why) {
        System.err.println(why);
        return 2;
    }
}
