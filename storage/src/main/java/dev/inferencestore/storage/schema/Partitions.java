package dev.inferencestore.storage.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weekly partitions of {@code inferences}, made when the first row of a week is about to come. Only a help: whatever
 * has no partition of its own goes to the default one, so a week that cannot be had (its rows already are in the
 * default partition, a lock was not free in time) is left alone. Not safe for use by several threads.
 */
public final class Partitions {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final long WEEK_MICROS = 7L * 24 * 3_600 * 1_000_000;

    /** 1970 began on a Thursday; weeks begin on Mondays. */
    private static final long FIRST_MONDAY = 4L * 24 * 3_600 * 1_000_000;

    /** Senders choose event times: more weeks than these would be too many tables. */
    private static final long WEEKS_BACK = 104;

    private static final long WEEKS_AHEAD = 2;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String EXISTS = "SELECT to_regclass(?) IS NOT NULL";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('inference_store.partitions'))";
    private static final String CREATE = """
            CREATE TABLE %1$s (LIKE inferences INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
                WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
                      autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);
            ALTER TABLE inferences ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s')""";

    private final Set<Long> settled = new HashSet<>();

    /**
     * Makes sure that the week of an event time has its partition, where it can.
     *
     * @param connection between transactions
     * @param createdAt microseconds since 1970
     */
    public void ensure(Connection connection, long createdAt) throws SQLException {
        long week = Math.floorDiv(createdAt - FIRST_MONDAY, WEEK_MICROS);
        if (settled.contains(week)) {
            return;
        }
        long now = Math.floorDiv(Instant.now().toEpochMilli() * 1000 - FIRST_MONDAY, WEEK_MICROS);
        if (week >= now - WEEKS_BACK && week <= now + WEEKS_AHEAD) {
            create(connection, monday(week), monday(week + 1));
        }
        settled.add(week);
    }

    private static void create(Connection connection, Instant from, Instant to) throws SQLException {
        String name = "inferences_" + NAME.format(from);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'");
            statement.execute(LOCK);
            if (!exists(connection, name)) {
                statement.execute(CREATE.formatted(name, from, to));
                LOG.info("made partition {} for inferences from {} to {}", name, from, to);
            }
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            if (!isHarmless(failed)) {
                throw failed;
            }
            LOG.info("inferences from {} to {} stay in the default partition: {}", from, to, failed.getMessage());
        }
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The week's rows are in the default partition; a lock was not free; another process made it just now. */
    private static boolean isHarmless(SQLException failed) {
        return Set.of("23514", "55P03", "42P07", "40P01").contains(String.valueOf(failed.getSQLState()));
    }

    private static Instant monday(long week) {
        return Instant.ofEpochSecond((week * WEEK_MICROS + FIRST_MONDAY) / 1_000_000);
    }
}
