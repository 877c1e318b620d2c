package dev.inferencestore.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
            try {
                stopServerOfKilledRun();
            } catch (NoSuchFileException ended) {
                // It was about to end and took its pid file with it while we looked.
            }
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

    /** True when this process is the directory's server and has said that it is ready. */
    boolean isServedBy(Process server) {
        try {
            List<String> lines = Files.readAllLines(pidFile());
            // The last of eight lines is the server's state.
            return lines.size() == 8
                    && lines.get(0).equals(String.valueOf(server.pid()))
                    && lines.get(7).startsWith("ready");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Only ever the server that the pid file names and that was started with this very directory. */
    private void stopServerOfKilledRun() throws IOException {
        if (!Files.exists(pidFile())) {
            return;
        }
        Optional<Long> pid = firstLineAsNumber();
        Optional<ProcessHandle> process = pid.flatMap(ProcessHandle::of);
        if (process.isPresent() && servesThisDirectory(process.get())) {
            PostgresStop.stop(process.get());
        } else if (pid.isEmpty() || process.isPresent()) {
            // Cut short, or the number now belongs to somebody else: PostgreSQL would refuse to start. A number that
            // nobody has it understands itself, and looks for children that were left behind.
            Files.delete(pidFile());
        }
    }

    private Path pidFile() {
        return dir.resolve("postmaster.pid");
    }

    private Optional<Long> firstLineAsNumber() throws IOException {
        try {
            return Files.readAllLines(pidFile()).stream().findFirst().map(line -> Long.valueOf(line.trim()));
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
