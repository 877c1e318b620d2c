package dev.inferencestore.storage.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * The connections of one action. At one of its transactions it stops, with all that was written and locked, before it is
 * committed or rolled back, until it is told to go on.
 */
final class HeldDatabase {
    private static final int PATIENCE_SECONDS = 30;

    /** What the transaction that is open has written. */
    private static final String WRITTEN = """
            SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
            WHERE l.pid = pg_backend_pid() AND l.mode = 'RowExclusiveLock' AND c.relkind IN ('r', 'p')
            """;

    /** With which the lock of the floors begins. */
    private static final String QUEUE = "pg_advisory_xact_lock(";

    private final DataSource database;
    private final Stop stop;
    private final Map<Stop.Kind, Integer> passed = new EnumMap<>(Stop.Kind.class);
    private final CompletableFuture<Integer> reached = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private volatile int backend;

    /**
     * Connections to a database.
     *
     * @param stop where the action stops; {@link Stop#NOWHERE} to only watch it
     */
    HeldDatabase(DataSource database, Stop stop) {
        this.database = database;
        this.stop = stop;
    }

    DataSource source() {
        return proxy(DataSource.class, (method, arguments) -> {
            Object answer = call(database, method, arguments);
            return answer instanceof Connection connection ? watched(connection) : answer;
        });
    }

    /** Waits until it stands; says so if it came to its end before. */
    void awaitStanding(CompletableFuture<?> action) throws Exception {
        CompletableFuture.anyOf(reached, action).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!reached.isDone()) {
            throw new AssertionError("it never came to '" + stop.text() + "', only to " + passed);
        }
    }

    /** The server's process that its latest connection speaks to; 0 before there is one. */
    int backend() {
        return backend;
    }

    void release() {
        released.complete(null);
    }

    private Connection watched(Connection connection) throws SQLException {
        backend = connection.unwrap(PGConnection.class).getBackendPID();
        return proxy(Connection.class, (method, arguments) -> {
            boolean ends = method.getName().equals("commit") || method.getName().equals("rollback");
            if (ends && !connection.getAutoCommit()) {
                meet(connection, false);
            } else if (method.getName().equals("prepareStatement")
                    && String.valueOf(arguments[0]).contains(QUEUE)) {
                meet(connection, true);
            }
            return call(connection, method, arguments);
        });
    }

    private void meet(Connection connection, boolean locks) throws SQLException {
        if (stop.equals(Stop.NOWHERE) || reached.isDone()) {
            return;
        }
        Set<String> written = written(connection);
        if (locks && written.isEmpty()) {
            return;
        }
        Stop.Kind kind = locks ? Stop.Kind.BEFORE_LOCK : Stop.Kind.of(written);
        int nth = passed.merge(kind, 1, Integer::sum);
        if (stop.isAt(kind, nth)) {
            reached.complete(backend);
            try {
                released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private static Set<String> written(Connection connection) throws SQLException {
        Set<String> written = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(WRITTEN)) {
            while (tables.next()) {
                written.add(tables.getString(1));
            }
        }
        return written;
    }

    private interface Calls {
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> calls.answer(method, arguments)));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
