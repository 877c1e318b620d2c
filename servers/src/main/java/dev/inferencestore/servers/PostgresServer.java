package dev.inferencestore.servers;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL 18 as a child process, on loopback, for one superuser without a password: anyone on this machine can connect.
 * UTF-8, UTC, sorted by code point, 200 connections; durability is as PostgreSQL ships it, fsync and synchronous commit on.
 *
 * <p>It ends with this JVM, also when the JVM is killed. What is committed stays, over a close and over a kill of either. Linux on
 * amd64 and arm64. As root it runs the server as nobody.
 */
public final class PostgresServer implements AutoCloseable {
    static final String USER = "postgres";
    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(25);

    private final PostgresProcess process;
    private final DirectoryLock lock;
    private final int port;

    private PostgresServer(PostgresProcess process, DirectoryLock lock, int port) {
        this.process = process;
        this.lock = lock;
        this.port = port;
    }

    /**
     * Starts a server on what the directory holds, or on nothing when it is empty; returns when it takes statements. A server that a
     * killed run left behind in this directory is stopped first.
     *
     * @param port where to listen on 127.0.0.1; 0 picks a free port
     */
    public static PostgresServer start(Path dir, int port) {
        return start(dir, port, Unprivileged.chosen());
    }

    static PostgresServer start(Path dir, int port, Unprivileged user) {
        DirectoryLock lock = DirectoryLock.of(dir);
        PostgresProcess process = null;
        try {
            Path home = PostgresBinaries.home();
            PostgresData data = new PostgresData(dir.toAbsolutePath().resolve("data"), home, user);
            data.prepare();
            int chosen = FreePorts.orNext(port);
            process = PostgresProcess.start(data, home, user, chosen, dir.resolve("postgres.log"))
                    .endWithThisJvm();
            PostgresServer server = new PostgresServer(process, lock, chosen);
            server.awaitReady();
            return server;
        } catch (RuntimeException e) {
            stopIfStarted(process);
            lock.close();
            throw e;
        }
    }

    /** The maintenance database; tests and applications make their own with {@link #createDatabase}. */
    public String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    /** The address of a database in this server; names the user. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
    }

    public String user() {
        return USER;
    }

    public int port() {
        return port;
    }

    /** Connections to the maintenance database, a new one each time. */
    public DataSource dataSource() {
        return dataSource("postgres");
    }

    /** Connections to one database, a new one each time. */
    public DataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        return source;
    }

    /** Creates the database unless it is there, and returns its address. */
    public String createDatabase(String name) {
        if (!DATABASE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "database \"" + name + "\" must be up to 63 of a-z, 0-9 and '_', and begin with a letter.");
        }
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            if (!exists(connection, name)) {
                statement.execute("CREATE DATABASE " + name);
            }
            return jdbcUrl(name);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create database " + name + ": " + e.getMessage(), e);
        }
    }

    /** Stops the server cleanly, whoever is connected; what is committed stays. */
    @Override
    public void close() {
        process.stop();
        lock.close();
    }

    /** Ends the server as a crash would, without a checkpoint; the next start recovers. For tests. */
    public void kill() {
        process.kill();
        lock.close();
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
            query.setString(1, database);
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!takesStatements()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "PostgreSQL did not start on 127.0.0.1:" + port + ". It said: " + process.lastWords());
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }

    private boolean takesStatements() {
        if (!process.isReady()) {
            return false;
        }
        try (Connection connection = dataSource().getConnection()) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static void stopIfStarted(@Nullable PostgresProcess process) {
        if (process != null) {
            process.stop();
        }
    }
}
