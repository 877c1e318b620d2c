package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Sender;
import dev.inferencestore.benchmark.Topics;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends the load once: the first time it makes the plan and the models, later it repeats itself to the byte. */
final class Send {
    private final LocalRun store;
    private final Report report;

    Send(LocalRun store, Report report) {
        this.store = store;
        this.report = report;
    }

    void run(Settings settings) throws Exception {
        Path file = settings.get(Exactness.STATE);
        State state = Files.exists(file) ? State.read(file) : new State(plan(settings), 0, false);
        if (state.sendings() == 0 && !state.sending()) {
            requireEmptyTopic();
        }
        State begun = state.begun();
        register(state.plan());
        begun.write(file);
        send(new Traffic(state.plan()), settings.get(Exactness.RATE));
        begun.ended().write(file);
        report.line("sending " + begun.ended().sendings() + " of the plan in " + file + " is complete");
    }

    private static Plan plan(Settings settings) {
        Instant base =
                settings.find(Exactness.BASE_TIME).orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
        return new Plan(
                settings.get(Exactness.EVENTS),
                settings.get(Exactness.MODELS),
                settings.get(Exactness.ENABLED),
                settings.get(Exactness.MALFORMED),
                settings.get(Exactness.SEED),
                base.toEpochMilli());
    }

    private void requireEmptyTopic() throws Exception {
        try (Topics topics = new Topics(store)) {
            long records = topics.records(Wire.TOPIC);
            if (records > 0) {
                throw new IllegalArgumentException(Wire.TOPIC + " has " + records + " records already; the sums of this"
                        + " trial need a store of its own: start one with --no-demo and an empty data directory.");
            }
        }
    }

    private void register(Plan plan) throws IOException, InterruptedException {
        ModelsApi api = new ModelsApi(store);
        int changed = 0;
        for (String model : plan.enabledModels()) {
            changed += api.ensure(model, true) ? 1 : 0;
        }
        for (String model : plan.disabledModels()) {
            changed += api.ensure(model, false) ? 1 : 0;
        }
        report.line(plan.models() + " models are registered, " + plan.enabled() + " enabled; " + changed + " changed");
    }

    private void send(Traffic traffic, int rate) {
        int events = traffic.plan().events();
        long start = System.nanoTime();
        try (Sender sender = new Sender(store)) {
            for (int index = 0; index < events; index++) {
                if (rate > 0) {
                    parkUntil(start + index * 1_000_000_000L / rate);
                }
                sender.send(traffic.event(traffic.slot(index)));
                if ((index + 1) % Math.max(1, events / 10) == 0) {
                    report.line("%,d events, %,d MB, %.1f s"
                            .formatted(index + 1, sender.bytes() / 1_000_000, seconds(start)));
                }
            }
            sender.flush();
            report.line("sent %,d events, %,d bytes in %.1f s".formatted(events, sender.bytes(), seconds(start)));
        }
    }

    private static void parkUntil(long nanoTime) {
        for (long rest = nanoTime - System.nanoTime(); rest > 0; rest = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }

    private static double seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
    }
}
