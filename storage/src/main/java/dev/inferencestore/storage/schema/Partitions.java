package dev.inferencestore.storage.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
 *
 * <p>Weeks long past that hold nothing any more are dropped by whoever cleans up. Other processes are not told: an old row
 * that comes to a writer that settled its week before goes to the default partition, as any row may; a writer that did
 * not, or that was started since, makes the partition again.
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

    /** Lock not free in time, statement too slow, deadlock, dropped by another process just now. */
    private static final Set<String> PASSING_DROP = Set.of("55P03", "57014", "40P01", "42P01");

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String PREFIX = "inferences_";
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

    private static final String OF_WEEKS = """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'inferences'::regclass AND c.relname ~ '^inferences_[0-9]{8}$'
            ORDER BY c.relname""";
    private static final String HOLDS_ROWS = "SELECT EXISTS (SELECT 1 FROM ONLY %s)";
    /** What dropping takes anyway, in the order in which writers take it. */
    private static final String LOCK_TO_DROP = """
            LOCK TABLE ONLY inferences IN ACCESS EXCLUSIVE MODE;
            LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE""";

    private static final int MOST_BUSY = 3;

    /** How long a week stays after its end although it is empty: old rows may be on their way. */
    private static final Duration KEPT_EMPTY = Duration.ofDays(8 * 7);

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

    /**
     * Drops partitions of weeks that ended more than eight weeks ago and hold no row; never the default one. One that
     * somebody uses just now is left for the next time, and after three such all others are: while this waits for a
     * lock, every reader and writer waits behind it, half a second at most.
     *
     * @param connection between transactions
     * @return how many were dropped
     */
    public int dropEmpty(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long before = week(clock.instant().minus(KEPT_EMPTY).toEpochMilli() * 1000);
        int dropped = 0;
        int busy = 0;
        for (String name : ofWeeks(connection)) {
            long week = weekOf(name);
            // Looked at without a lock first: where rows are, nobody is to wait.
            if (week < before && busy < MOST_BUSY && !holdsRows(connection, name)) {
                if (drop(connection, name)) {
                    settled.remove(week);
                    dropped++;
                } else {
                    busy++;
                }
            }
        }
        connection.commit();
        return dropped;
    }

    /** Drops a partition if it is empty still; false where somebody was in the way. */
    private static boolean drop(Connection connection, String name) throws SQLException {
        // Ends the look, so that nothing is locked in another order than this.
        connection.commit();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '2s'");
            statement.execute(LOCK);
            statement.execute(LOCK_TO_DROP.formatted(name));
            if (holdsRows(connection, name)) {
                connection.rollback();
                return false;
            }
            statement.execute("DROP TABLE " + name);
            connection.commit();
            LOG.info("dropped partition {}, which was empty", name);
            return true;
        } catch (SQLException failed) {
            connection.rollback();
            if (!PASSING_DROP.contains(String.valueOf(failed.getSQLState()))) {
                throw failed;
            }
            LOG.info("partition {} is empty and stays for now: {}", name, failed.getMessage());
            return false;
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
        String name = PREFIX + NAME.format(from);
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

    private static List<String> ofWeeks(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OF_WEEKS)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static boolean holdsRows(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HOLDS_ROWS.formatted(name))) {
            return row.next() && row.getBoolean(1);
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

    private static long weekOf(String name) {
        LocalDate monday = LocalDate.parse(name.substring(PREFIX.length()), NAME);
        return week(monday.atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1_000_000);
    }

    private static Instant monday(long week) {
        return Instant.ofEpochSecond((week * WEEK_MICROS + FIRST_MONDAY) / 1_000_000);
    }
}
