package dev.inferencestore.local;

import dev.inferencestore.domain.options.Option;
import java.time.Duration;
import java.util.List;

/** Everything that can be set about the local run. Those of the job and the API are set as everywhere, by their variables. */
public final class LocalOptions {
    static final Option<Boolean> NO_DEMO =
            Option.flag("no-demo", "Starts without demo models and traffic.").or("false");

    static final Option<Boolean> NO_JOB = Option.flag(
                    "no-job", "Starts everything but the Flink job and its cluster, to run it in another Flink.")
            .or("false");

    static final Option<String> DATA = Option.text(
                    "data",
                    "Directory that keeps the data from run to run; left out, a temporary one is used and deleted.")
            .optionally();

    static final Option<Integer> PORT_BASE = Option.integer(
                    "port-base",
                    1024,
                    65_536 - Ports.COUNT,
                    "First of " + Ports.COUNT + " ports in a row: API, Kafka, S3, Flink, PostgreSQL, then inner ones.")
            .optionally();

    static final Option<Integer> PARALLELISM =
            Option.integer("parallelism", 1, 32, "Parallelism of the job.").or("2");

    static final Option<Duration> CHECKPOINT_INTERVAL = Option.duration(
                    "checkpoint-interval", Duration.ofMillis(500), "How often the job makes a checkpoint.")
            .or("10s");

    public static final List<Option<?>> ALL =
            List.of(NO_DEMO, NO_JOB, DATA, PORT_BASE, PARALLELISM, CHECKPOINT_INTERVAL);

    private LocalOptions() {}
}
