package dev.inferencestore.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** A directory with a PostgreSQL cluster: made once, whole or not at all, and freed from the server of a run that was killed. */
final class PostgresData {
    private final Path dir;
    private final Path home;
    private final Unprivileged user;

    PostgresData(Path dir, Path home, Unprivileged user) {
        this.dir = dir;
        this.home = home;
        this.user = user;
    }

    Path path() {
        return dir;
    }

    /** Readies the directory for a server to start in it. */
    void prepare() {
        try {
            if (!Files.isDirectory(dir)) {
                createWhole();
            }
            stopServerOfKilledRun();
            user.own(dir);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + dir + ": check that it can be written.", e);
        }
    }

    private void createWhole() throws IOException {
        Path unfinished = dir.resolveSibling(dir.getFileName() + ".unfinished");
        Trees.delete(unfinished);
        Files.createDirectory(unfinished);
        user.own(unfinished);
        Commands.run(user.command(List.of(
                home.resolve("bin/initdb").toString(),
                "--pgdata=" + unfinished,
                "--username=" + PostgresServer.USER,
                "--auth=trust",
                "--encoding=UTF8",
                // PostgreSQL's own C.UTF-8: sorts the same on every machine.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C")));
        Files.move(unfinished, dir, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Only ever the server that the pid file names and that was started with this very directory. */
    private void stopServerOfKilledRun() throws IOException {
        Path pidFile = dir.resolve("postmaster.pid");
        Optional<ProcessHandle> named = named(pidFile);
        if (named.isEmpty()) {
            return;
        }
        ProcessHandle process = named.get();
        if (servesThisDirectory(process)) {
            PostgresStop.stop(process);
        } else {
            // The number now belongs to somebody else, for whose sake PostgreSQL would refuse to start.
            Files.deleteIfExists(pidFile);
        }
    }

    private static Optional<ProcessHandle> named(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        try {
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.get(0).trim()));
        } catch (NumberFormatException cutShort) {
            return Optional.empty();
        }
    }

    private boolean servesThisDirectory(ProcessHandle process) {
        try {
            // Readable whoever the process runs as, which Java's own view of a process is not.
            byte[] line = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
            List<String> words = List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
            return words.get(0).endsWith("/postgres") && words.contains(dir.toString());
        } catch (IOException gone) {
            return false;
        }
    }
}
