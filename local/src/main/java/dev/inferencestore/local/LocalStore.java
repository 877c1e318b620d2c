package dev.inferencestore.local;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The whole store in one JVM, until it is told to stop. Exit codes: 0 or 130 when told to, 1 for a failure, 2 for wrong options. */
public final class LocalStore {
    private LocalStore() {}

    /** Starts everything, prints one line that begins with READY, and waits. */
    public static void main(String[] arguments) {
        if (CommandLine.asksForHelp(arguments)) {
            System.out.print(CommandLine.help());
            return;
        }
        try {
            run(CommandLine.read(arguments));
        } catch (InvalidSettings | StartFailure wrong) {
            System.err.println(wrong.getMessage());
            System.exit(wrong instanceof InvalidSettings ? 2 : 1);
        }
    }

    private static void run(Settings settings) {
        Ports ports = settings.find(LocalOptions.PORT_BASE).map(Ports::from).orElseGet(Ports::standard);
        // After a hard kill the database of that run needs a moment to notice and stop.
        ports.requireFree(settings.find(LocalOptions.DATA).isPresent() ? Duration.ofSeconds(15) : Duration.ZERO);
        Running running = new Running();
        CountDownLatch startEnded = new CountDownLatch(1);
        // First of all, so that a stop at any moment leaves nothing behind.
        Stop.whenTold(running, startEnded);
        try {
            DataDirectory data = running.add(DataDirectory.of(settings.find(LocalOptions.DATA)));
            Logs.to(data.log());
            start(new Store(settings, ports, data, running), data);
        } finally {
            startEnded.countDown();
        }
        Stop.await();
    }

    private static void start(Store store, DataDirectory data) {
        try {
            Ready ready = store.start();
            System.out.println(ready.line());
            store.startDemo(ready);
        } catch (RuntimeException | Error failure) {
            if (!Stop.isUnderWay()) {
                throw Logs.failedStart(failure, data);
            }
        }
    }
}
