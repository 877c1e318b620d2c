package dev.inferencestore.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the system to their end. */
final class Commands {
    private static final long LONGEST_SECONDS = 120;

    private Commands() {}

    /** True when the command exists and ends with 0. */
    static boolean succeeds(List<String> command) {
        try {
            return end(start(command)).exitCode() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Runs the command; when it fails, throws with all it said. */
    static void run(List<String> command) {
        try {
            Ended ended = end(start(command));
            if (ended.exitCode() != 0) {
                throw new IllegalStateException(
                        "Command " + command + " ended with " + ended.exitCode() + " and said: " + ended.said());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Command " + command + " cannot be run: check that it is installed.", e);
        }
    }

    /** Sends a signal, by its name, that Java cannot send; nothing happens when the process is gone. */
    static void signal(String name, long pid) {
        succeeds(List.of("sh", "-c", "kill -" + name + " " + pid));
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder.start();
    }

    private static Ended end(Process process) throws IOException {
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "A command did not end in " + LONGEST_SECONDS + " s: " + process.info());
            }
            return new Ended(process.exitValue(), said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a command ran.", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private record Ended(int exitCode, String said) {}
}
