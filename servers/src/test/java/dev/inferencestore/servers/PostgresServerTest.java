package dev.inferencestore.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostgresServerTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource(Unprivileged.class)
    void itRunsHoweverRootIsDropped(Unprivileged user) throws Exception {
        assumeTrue(user.works(), "this machine cannot run it that way");
        try (PostgresServer server = PostgresServer.start(dir, 0, user)) {
            assertThat(text(server.jdbcUrl(), "SELECT version()")).startsWith("PostgreSQL 18.");
        }
    }

    @Test
    void durabilityIsAsPostgresShipsItAndTextIsUtf8() throws Exception {
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            List<String> expected = List.of(
                    "synchronous_commit=on",
                    "fsync=on",
                    "full_page_writes=on",
                    "max_connections=200",
                    "log_timezone=UTC",
                    "server_encoding=UTF8",
                    "listen_addresses=127.0.0.1");
            for (String setting : expected) {
                String name = setting.substring(0, setting.indexOf('='));
                assertThat(name + "=" + text(server.jdbcUrl(), "SHOW " + name)).isEqualTo(setting);
            }
            assertThat(text(
                            server.jdbcUrl(),
                            "SELECT string_agg(v, '' ORDER BY v) FROM unnest(ARRAY['b','B','a','é']) v"))
                    .isEqualTo("Babé");
            assertThat(text(server.jdbcUrl(), "SELECT upper('é')")).isEqualTo("É");
        }
    }

    @Test
    void whatIsCommittedIsThereAfterACloseAKillAndAStartEach() throws Exception {
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            insert(server.createDatabase("store"), "before the close");
        }
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            insert(server.createDatabase("store"), "before the kill");
            server.kill();
        }
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            assertThat(text(server.jdbcUrl("store"), "SELECT string_agg(v, ', ' ORDER BY v) FROM kept"))
                    .isEqualTo("before the close, before the kill");
        }
    }

    @Test
    void whatIsCommittedIsThereAfterTheJvmWasKilled() throws Exception {
        try (KilledJvm other = KilledJvm.running("postgres", dir)) {
            insert(other.address(), "before the kill");
            other.kill();
        }
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            assertThat(text(server.jdbcUrl(), "SELECT v FROM kept")).isEqualTo("before the kill");
        }
    }

    @Test
    void aServerThatWasLeftBehindInTheDirectoryIsStopped() throws Exception {
        PostgresServer.start(dir, 0).close();
        Path data = dir.toAbsolutePath().resolve("data");
        Path home = PostgresBinaries.home();
        Unprivileged user = Unprivileged.chosen();
        PostgresProcess leftBehind = PostgresProcess.start(
                new PostgresData(data, home, user), home, user, FreePorts.next(), dir.resolve("postgres.log"));
        awaitFile(data.resolve("postmaster.pid"));

        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            assertThat(leftBehind.isAlive()).isFalse();
            assertThat(text(server.jdbcUrl(), "SELECT 1")).isEqualTo("1");
        } finally {
            leftBehind.stop();
        }
    }

    @Test
    void aStalePidFileDoesNotStopAStart() throws Exception {
        String ours = String.valueOf(ProcessHandle.current().pid());
        PostgresServer.start(dir, 0).close();
        for (String firstLine : List.of(ours, "4194305", "", "cut")) {
            Files.writeString(dir.resolve("data/postmaster.pid"), firstLine);

            try (PostgresServer server = PostgresServer.start(dir, 0)) {
                assertThat(text(server.jdbcUrl(), "SELECT 1")).as(firstLine).isEqualTo("1");
            }
        }
    }

    @Test
    void aDirectoryWhoseMakingWasCutShortIsMadeAgain() throws Exception {
        Path unfinished = Files.createDirectories(dir.resolve("data.unfinished"));
        Files.writeString(unfinished.resolve("PG_VERSION"), "18");

        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            assertThat(text(server.jdbcUrl(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aDatabaseIsMadeOnceItsNameIsCheckedAndATakenPortIsNamed(@TempDir Path second) throws Exception {
        try (PostgresServer server = PostgresServer.start(dir, 0)) {
            assertThat(server.createDatabase("one")).isEqualTo(server.createDatabase("one"));
            assertThatThrownBy(() -> server.createDatabase("One; DROP"))
                    .hasMessageContaining("database \"One; DROP\" must be up to 63 of a-z");
            assertThatThrownBy(() -> PostgresServer.start(second, server.port()))
                    .hasMessageContaining("did not start on 127.0.0.1:" + server.port())
                    .hasMessageContaining("Address already in use");
        }
    }

    private static void insert(String jdbcUrl, String value) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS kept (v text)");
            statement.execute("INSERT INTO kept VALUES ('" + value + "')");
        }
    }

    private static String text(String jdbcUrl, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static void awaitFile(Path file) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("deadline for " + file).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
