package dev.inferencestore.storage.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weekly partitions of {@code inferences}: those of this week and the next two from the start, others when the first
 * row of their week is about to come. Only a help: what has no partition of its own goes to the default one. A week
 * whose first rows are there already (of a sender whose clock is ahead, say) has them moved out. One that cannot be had
 * now, since somebody reads the tables, is tried again after a minute. Not safe for use by several threads.
 */
public final class Partitions {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final long WEEK_MICROS = 7L * 24 * 3_600 * 1_000_000;

    /** 1970 began on a Thursday; weeks begin on Mondays. */
    private static final long FIRST_MONDAY = 4L * 24 * 3_600 * 1_000_000;

    /** Senders choose event times: more weeks than these would be too many tables. */
    private static final long WEEKS_BACK = 104;

    private static final long WEEKS_AHEAD = 2;
    /** Lock not free in time, statement too slow, deadlock, made by another process just now. */
    private static final Set<String> PASSING = Set.of("55P03", "57014", "40P01", "42P07");

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String EXISTS = "SELECT to_regclass(?) IS NOT NULL";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('inference_store.partitions'))";
    private static final String LOCK_TABLES = """
            LOCK TABLE ONLY inferences IN SHARE UPDATE EXCLUSIVE MODE;
            LOCK TABLE inferences_default IN ACCESS EXCLUSIVE MODE""";
    private static final String IN_DEFAULT = """
            SELECT count(*) FROM (SELECT 1 FROM inferences_default
                                  WHERE created_at >= '%2$s' AND created_at < '%3$s' LIMIT %4$d) r""";
    private static final String CREATE = """
            CREATE TABLE %1$s (LIKE inferences INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
                WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
                      autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);
            WITH moved AS (DELETE FROM inferences_default
                           WHERE created_at >= '%2$s' AND created_at < '%3$s' RETURNING *)
            INSERT INTO %1$s SELECT * FROM moved;
            ALTER TABLE inferences ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s')""";

    /** More rows than these stay in the default partition: moving them would hold up every writer. */
    private static final int MOST_MOVED = 100_000;

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Clock clock;
    private final Set<Long> settled = new HashSet<>();
    private final Map<Long, Instant> later = new HashMap<>();

    public Partitions() {
        this(Clock.systemUTC());
    }

    Partitions(Clock clock) {
        this.clock = clock;
    }

    /**
     * Makes sure that the week of an event time has its partition, where it can.
     *
     * @param connection between transactions
     * @param createdAt microseconds since 1970
     */
    public void ensure(Connection connection, long createdAt) throws SQLException {
        long week = week(createdAt);
        if (settled.contains(week)) {
            return;
        }
        long now = week(clock.millis() * 1000);
        for (long ahead = now; ahead <= now + WEEKS_AHEAD; ahead++) {
            settle(connection, ahead);
        }
        if (week >= now - WEEKS_BACK && week <= now + WEEKS_AHEAD) {
            settle(connection, week);
        } else {
            settled.add(week);
        }
    }

    private void settle(Connection connection, long week) throws SQLException {
        Instant due = later.get(week);
        if (settled.contains(week) || (due != null && clock.instant().isBefore(due))) {
            return;
        }
        if (create(connection, monday(week), monday(week + 1))) {
            settled.add(week);
            later.remove(week);
        } else {
            later.put(week, clock.instant().plus(PAUSE));
        }
    }

    /** Makes a partition unless it is there; false where that is worth another attempt. */
    private static boolean create(Connection connection, Instant from, Instant to) throws SQLException {
        String name = "inferences_" + NAME.format(from);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '20s'");
            statement.execute(LOCK);
            if (!exists(connection, name)) {
                statement.execute(LOCK_TABLES);
                if (number(statement, IN_DEFAULT.formatted(name, from, to, MOST_MOVED + 1)) > MOST_MOVED) {
                    LOG.warn("inferences from {} to {} stay in the default partition: there are many", from, to);
                } else {
                    statement.execute(CREATE.formatted(name, from, to));
                    LOG.info("made partition {} for inferences from {} to {}", name, from, to);
                }
            }
            connection.commit();
            return true;
        } catch (SQLException failed) {
            connection.rollback();
            if (!PASSING.contains(String.valueOf(failed.getSQLState()))) {
                throw failed;
            }
            LOG.info("no partition yet for inferences from {} to {}: {}", from, to, failed.getMessage());
            return false;
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

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long week(long micros) {
        return Math.floorDiv(micros - FIRST_MONDAY, WEEK_MICROS);
    }

    private static Instant monday(long week) {
        return Instant.ofEpochSecond((week * WEEK_MICROS + FIRST_MONDAY) / 1_000_000);
    }
}
