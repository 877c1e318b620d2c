package dev.inferencestore.servers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends a PostgreSQL server, and with it the processes it started. */
final class PostgresStop {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PostgresStop() {}

    /** Cleanly: clients are cut off, what they committed is on disk. By force when that takes too long, which loses nothing committed. */
    static void stop(ProcessHandle server) {
        if (!server.isAlive()) {
            return;
        }
        List<ProcessHandle> all = withChildren(server);
        Commands.signal("INT", server.pid());
        if (!ended(server)) {
            Commands.signal("QUIT", server.pid());
        }
        endAll(all);
    }

    /** As a crash would: no warning to anyone. */
    static void kill(ProcessHandle server) {
        List<ProcessHandle> all = withChildren(server);
        server.destroyForcibly();
        endAll(all);
    }

    private static List<ProcessHandle> withChildren(ProcessHandle server) {
        // Children too: a new server refuses to start while one of an old one still has the shared memory.
        return Stream.concat(Stream.of(server), server.descendants()).toList();
    }

    private static void endAll(List<ProcessHandle> processes) {
        for (ProcessHandle process : processes) {
            if (!ended(process)) {
                process.destroyForcibly();
                if (!ended(process)) {
                    throw new IllegalStateException(
                            "PostgreSQL process " + process.pid() + " cannot be ended: end it by hand.");
                }
            }
        }
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot wait for PostgreSQL process " + process.pid() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while PostgreSQL stopped.", e);
        }
    }
}
