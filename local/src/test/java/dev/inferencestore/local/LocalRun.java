package dev.inferencestore.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The local run in a JVM of its own, as {@code ./local/run} starts it. */
final class LocalRun implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    private final Process process;
    private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    private LocalRun(Process process) {
        this.process = process;
    }

    static LocalRun start(Path data, int portBase, String... further) throws IOException {
        // As local/run does: what a script starts in the background ignores SIGINT, and Java would go on ignoring it.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("jvm.options").toAbsolutePath(),
                // As the last word counts: there is less room in a build.
                "-Xmx1500m",
                "-cp",
                System.getProperty("java.class.path"),
                LocalStore.class.getName()));
        command.addAll(List.of("--data", data.toString(), "--port-base", String.valueOf(portBase)));
        command.addAll(List.of("--checkpoint-interval", "1s"));
        command.addAll(List.of(further));
        LocalRun run = new LocalRun(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        Thread reader = new Thread(run::listen, "local-run");
        reader.setDaemon(true);
        reader.start();
        return run;
    }

    /** What the READY line says. */
    JsonNode ready() {
        return ready.orTimeout(LONGEST_START.toSeconds(), TimeUnit.SECONDS).join();
    }

    List<String> said() {
        return said;
    }

    /** How many records were ever stored: those that are there, and those that a policy has let go. */
    long records() {
        return number(
                "SELECT (SELECT count(*) FROM inference_store.inferences) + (SELECT coalesce(sum(records_deleted), 0)"
                        + " FROM inference_store.retention_tasks WHERE delete_action = 'hard')");
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                throw new AssertionError("not seen: " + what + "; the run said:\n" + String.join("\n", said));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Everything that the run has started. */
    List<ProcessHandle> processes() {
        return process.descendants().toList();
    }

    /** Ctrl-C; returns the exit code. */
    int interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
        if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the run did not end; it said:\n" + String.join("\n", said));
        }
        return process.exitValue();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith("READY ")) {
                    ready.complete(new ObjectMapper().readTree(line.substring("READY ".length())));
                }
            }
            ready.completeExceptionally(new IllegalStateException("the run ended; it said: " + said));
        } catch (IOException e) {
            ready.completeExceptionally(new UncheckedIOException(e));
        }
    }

    private long number(String query) {
        try (Connection connection =
                        DriverManager.getConnection(ready().get("postgres").textValue());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
