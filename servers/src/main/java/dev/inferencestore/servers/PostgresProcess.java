package dev.inferencestore.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running PostgreSQL server, as a child of this JVM. */
final class PostgresProcess {
    private static final int TAIL_LINES = 20;

    private static final String GUARD =
            "read -r _ || { grep -qaF -- \"$2\" \"/proc/$1/cmdline\" && kill -INT \"$1\"; }";

    private final Process server;
    private final PostgresData data;
    private final Path log;
    private @Nullable Process guard;

    private PostgresProcess(Process server, PostgresData data, Path log) {
        this.server = server;
        this.data = data;
        this.log = log;
    }

    static PostgresProcess start(PostgresData data, Path home, Unprivileged user, int port, Path log) {
        List<String> command = new ArrayList<>();
        // In a session of its own: Ctrl-C in a terminal is for the JVM, which then closes things in their order.
        command.add("setsid");
        command.addAll(user.command(List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                data.path().toString(),
                "-p",
                String.valueOf(port),
                "-clisten_addresses=127.0.0.1",
                "-cunix_socket_directories=",
                "-cmax_connections=200",
                "-ctimezone=UTC",
                "-clog_timezone=UTC")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        try {
            Process server = builder.start();
            server.getOutputStream().close();
            return new PostgresProcess(server, data, log);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command + ": check that setsid is installed.", e);
        }
    }

    /** From now on the server ends with this JVM, also when the JVM is killed: the guard's input ends with it. */
    PostgresProcess endWithThisJvm() {
        String pid = String.valueOf(server.pid());
        try {
            guard = new ProcessBuilder(
                            "setsid", "sh", "-c", GUARD, "sh", pid, data.path().toString())
                    .start();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot start the guard of PostgreSQL: check that sh and setsid are installed.", e);
        }
    }

    /** True when the server itself says so; that something answers on its port is no proof that it is this one. */
    boolean isReady() {
        return data.isServedBy(server);
    }

    boolean isAlive() {
        return server.isAlive();
    }

    void stop() {
        releaseGuard();
        PostgresStop.stop(server.toHandle());
    }

    void kill() {
        releaseGuard();
        PostgresStop.kill(server.toHandle());
    }

    /** The end of what the server said, for an error message. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "nothing that can be read: " + e.getMessage();
        }
    }

    private void releaseGuard() {
        if (guard == null) {
            return;
        }
        try {
            guard.getOutputStream().write('\n');
            guard.getOutputStream().close();
        } catch (IOException guardIsGone) {
            guard.destroyForcibly();
        }
    }
}
